-- When the oldest hints that may be claimed were noted.
-- KEYS: entries, waiting. ARGV: 1 how many. Returns milliseconds since 1970, oldest first.
-- Looks at a bounded number of hints: those claimed by others come back when their claims end.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local found = {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, 999)) do
  local entry = redis.call('HGET', KEYS[1], member)
  if entry and tonumber(string.sub(entry, 55, 69)) <= now then
    found[#found + 1] = tonumber(string.sub(entry, 40, 54))
    if #found >= tonumber(ARGV[1]) then
      break
    end
  end
end
return found
