-- wrk script for Flotilla: the same 1,000 keys and 100-byte values. Arguments: put or get; the
-- run's number. No two values are equal: putting a value that is already there writes nothing. One thread only.
local put, n, serial
local rest = string.rep("x", 80)

function init(args)
  put = args[1] == "put"
  n = 0
  serial = tonumber(args[2]) * 1e9
end

function request()
  n = (n + 7) % 1000
  local path = string.format("/v1/kv/key-%04d", n)
  if put then
    serial = serial + 1
    return wrk.format("PUT", path, nil, string.format("%020.0f", serial) .. rest)
  end
  return wrk.format("GET", path .. "?raw")
end
