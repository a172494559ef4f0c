-- wrk script for etcd's JSON gateway: 1,000 keys, 100-byte values. Arguments: put or
-- get; the run's number. No two values are equal, as for Flotilla. One thread only.
local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(text)
  local out = {}
  for i = 1, #text, 3 do
    local a, b, c = text:byte(i, i + 2)
    local n = a * 65536 + (b or 0) * 256 + (c or 0)
    for shift = 18, 0, -6 do
      local digit = math.floor(n / 2 ^ shift) % 64 + 1
      out[#out + 1] = alphabet:sub(digit, digit)
    end
    if not b then out[#out - 1] = "=" end
    if not c then out[#out] = "=" end
  end
  return table.concat(out)
end

local put, path, keys, rest, n, serial

function init(args)
  put = args[1] == "put"
  path = put and "/v3/kv/put" or "/v3/kv/range"
  n = 0
  serial = tonumber(args[2]) * 1e9
  rest = base64(string.rep("x", 79)) -- 21 and 79 bytes: the first part needs no padding
  keys = {}
  for i = 0, 999 do keys[i] = base64(string.format("key-%04d", i)) end
end

function request()
  n = (n + 7) % 1000
  local body = '{"key":"' .. keys[n] .. '"}'
  if put then
    serial = serial + 1
    local value = base64(string.format("%021.0f", serial)) .. rest
    body = '{"key":"' .. keys[n] .. '","value":"' .. value .. '"}'
  end
  return wrk.format("POST", path, { ["Content-Type"] = "application/json" }, body)
end
