-- Reads a value together with its own expiry.
-- KEYS: the record. Returns the value, its remaining life in ms (as PTTL), and the time in ms.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]), now}
