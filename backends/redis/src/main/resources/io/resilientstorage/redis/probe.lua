-- Writes, reads and deletes a key of its own.
-- KEYS: the key. ARGV: 1 a text. Returns the time in ms.
redis.call('SET', KEYS[1], ARGV[1], 'PX', 10000)
local read = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
if read ~= ARGV[1] then
  return redis.error_reply('PROBE what was written was not read back')
end
local time = redis.call('TIME')
return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
