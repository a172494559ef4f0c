-- wrk script: the same load for every system, values of 100 bytes. One thread only. Arguments, each name=value:
--   system       flotilla, consul or etcd
--   op           put, equal (puts one and the same value), get (linearizable) or status (asks who leads)
--   run          number of the run: no two values of any runs are equal (a put of the value that is there writes nothing)
--   keys         over how many the requests go round
--   width        how many digits a key has
--   ns           the namespace; of a system without, the beginning of the keys
--   namespaces   0, or over how many the keys are spread, whose names begin with ns
--   connections, settle   until that many milliseconds have passed, connections are only opened, and nothing is sent
--   curve        1: prints for each second of the clock how many requests were sent in it
local o = {}
local n, serial = 0, 0
local name
local systems = {}

function systems.flotilla(op, ns, key, value)
  if op == "put" then return wrk.format("PUT", "/v1/kv/" .. key .. "?ns=" .. ns, nil, value) end
  return wrk.format("GET", "/v1/kv/" .. key .. "?raw&ns=" .. ns)
end

function systems.consul(op, ns, key, value)
  local path = "/v1/kv/" .. ns .. "/" .. key
  if op == "put" then return wrk.format("PUT", path, nil, value) end
  return wrk.format("GET", path .. "?raw&consistent")
end

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(text)
  local out = {}
  for i = 1, #text, 3 do
    local a, b, c = text:byte(i, i + 2)
    local bits = a * 65536 + (b or 0) * 256 + (c or 0)
    for shift = 18, 0, -6 do
      local digit = math.floor(bits / 2 ^ shift) % 64 + 1
      out[#out + 1] = alphabet:sub(digit, digit)
    end
    if not b then out[#out - 1] = "=" end
    if not c then out[#out] = "=" end
  end
  return table.concat(out)
end

local encoded = {} -- the keys, and the part of the values that doesn't change
local json = { ["Content-Type"] = "application/json" }

function systems.etcd(op, ns, key, value)
  key = ns .. "/" .. key
  encoded[key] = encoded[key] or base64(key)
  if op == "get" then return wrk.format("POST", "/v3/kv/range", json, '{"key":"' .. encoded[key] .. '"}') end
  local front, rest = value:sub(1, 21), value:sub(22) -- 21 bytes need no padding
  encoded[rest] = encoded[rest] or base64(rest)
  local body = '{"key":"' .. encoded[key] .. '","value":"' .. base64(front) .. encoded[rest] .. '"}'
  return wrk.format("POST", "/v3/kv/put", json, body)
end

function init(args)
  for _, arg in ipairs(args) do
    local name, value = arg:match("^(%w+)=(.*)$")
    if name then o[name] = tonumber(value) or value end
  end
  serial = o.run * 1e9
  name = "key-%0" .. o.width .. "d"
  if o.settle > 0 then
    local opened = 0
    delay = function() -- before each request of a connection, whose latency it is no part of
      opened = opened + 1
      return opened <= o.connections and o.settle or 0
    end
  end
end

local second, sent = 0, 0

local function count()
  local now = os.time()
  if now ~= second then
    if second > 0 then print("sent", second, sent) end
    second, sent = now, 0
  end
  sent = sent + 1
end

local rest = string.rep("x", 79)

function request()
  if o.curve == 1 then count() end
  if o.op == "status" then return wrk.format("GET", "/v1/status/leader") end
  n = (n + 7) % o.keys
  serial = serial + 1
  local ns = o.namespaces > 0 and o.ns .. serial % o.namespaces or o.ns
  local op = o.op == "get" and "get" or "put"
  local value = o.op == "equal" and string.rep("x", 100) or string.format("%021.0f", serial) .. rest
  return systems[o.system](op, ns, string.format(name, n), value)
end
