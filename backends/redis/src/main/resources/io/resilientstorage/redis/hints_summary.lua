-- KEYS: waiting, parked. Returns how many wait, how many are parked, and the age in ms of the oldest that waits.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local age = oldest[2] and math.max(0, now - tonumber(oldest[2])) or 0
return {redis.call('ZCARD', KEYS[1]), redis.call('HLEN', KEYS[2]), age}
