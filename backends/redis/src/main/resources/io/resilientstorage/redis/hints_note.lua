-- Makes hints for records that stand already, as apply.lua does for those that it stores.
-- KEYS: entries, waiting, parked. ARGV: member and version of each, in turns.
local sub = string.sub
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function is_newer(a, b)
  for i = 1, 39, 13 do
    local x, y = tonumber(sub(a, i, i + 12)), tonumber(sub(b, i, i + 12))
    if x ~= y then
      return x > y
    end
  end
  return false
end

for i = 1, #ARGV, 2 do
  local member, version = ARGV[i], ARGV[i + 1]
  local entry = redis.call('HGET', KEYS[1], member)
  local hint = entry or redis.call('HGET', KEYS[3], member)
  if not hint or is_newer(version, sub(hint, 1, 39)) then
    local noted = entry and sub(entry, 40, 69) or string.format('%015.0f', now) .. string.rep('0', 15)
    redis.call('HSET', KEYS[1], member, version .. noted .. '0')
    if not entry then
      redis.call('ZADD', KEYS[2], string.format('%.0f', now), member)
      redis.call('HDEL', KEYS[3], member)
    end
  end
end
return #ARGV
