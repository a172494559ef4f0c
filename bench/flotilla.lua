-- wrk against Flotilla: the same 1,000 keys and 100-byte values. Argument: put or get.
local value = string.rep("x", 100)
local put, n

function init(args)
  put = args[1] == "put"
  n = math.random(0, 999)
end

function request()
  n = (n + 7) % 1000
  local path = string.format("/v1/kv/key-%04d", n)
  if put then
    return wrk.format("PUT", path, nil, value)
  end
  return wrk.format("GET", path .. "?raw")
end
