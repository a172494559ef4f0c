-- wrk against etcd's JSON gateway: 1,000 keys, 100-byte values. Argument: put or get.
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

local path, bodies, n

function init(args)
  local put = args[1] == "put"
  local value = base64(string.rep("x", 100))
  path = put and "/v3/kv/put" or "/v3/kv/range"
  bodies = {}
  for i = 0, 999 do
    local key = base64(string.format("key-%04d", i))
    bodies[i] = put and '{"key":"' .. key .. '","value":"' .. value .. '"}' or '{"key":"' .. key .. '"}'
  end
  n = math.random(0, 999)
end

function request()
  n = (n + 7) % 1000
  return wrk.format("POST", path, { ["Content-Type"] = "application/json" }, bodies[n])
end
