-- Claims the oldest hints that may be claimed.
-- KEYS: entries, waiting. ARGV: 1 how many, 2 how long, ms. Returns member and entry of each, in turns.
-- A server out of memory cannot note claims. Hints are given out all the same: to deliver one twice does no harm, and
-- only what is delivered makes room.
-- An entry is 39 digits of version, 15 of since, 15 of the claim's end, and the number of tries.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local claimed = {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, 999)) do
  if #claimed >= 2 * tonumber(ARGV[1]) then
    break
  end
  local entry = redis.call('HGET', KEYS[1], member)
  if entry and tonumber(string.sub(entry, 55, 69)) <= now then
    entry = string.sub(entry, 1, 54) .. string.format('%015.0f', now + tonumber(ARGV[2])) .. string.sub(entry, 70)
    local noted = redis.pcall('HSET', KEYS[1], member, entry)
    if type(noted) == 'table' and noted['err'] and not string.find(noted['err'], 'OOM', 1, true) then
      return noted
    end
    claimed[#claimed + 1] = member
    claimed[#claimed + 1] = entry
  end
end
return claimed
