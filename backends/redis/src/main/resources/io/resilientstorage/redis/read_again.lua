-- Reads a value again, in one step with what decides how far the answer is to be believed.
-- KEYS: the record; for a miss also the sentinel of its slot tag.
-- Returns the value; 1 if the sentinel says WARM, else 0; then for a value of another client its remaining life in ms
-- (as PTTL) and the time in ms.
local value = redis.call('GET', KEYS[1])
local warm = KEYS[2] and redis.call('GETRANGE', KEYS[2], '0', '1') == '1W' and 1 or 0
if not value or string.sub(value, 1, 3) == '\0rs' then
  return {value, warm}
end
local time = redis.call('TIME')
return {value, warm, redis.call('PTTL', KEYS[1]), time[1] * 1000 + math.floor(time[2] / 1000)}
