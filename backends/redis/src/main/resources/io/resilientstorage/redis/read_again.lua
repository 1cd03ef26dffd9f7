-- Reads a value again, in one step with what decides how far the answer is to be believed.
-- KEYS: the record; for what is or may be a miss also the sentinel of its slot tag.
-- Returns the value, as one that has ended if it has; 1 if the sentinel says WARM, else 0; then for a value of another
-- client its remaining life in ms (as PTTL) and the time in ms.
local value = redis.call('GET', KEYS[1])
local warm = KEYS[2] and redis.call('GETRANGE', KEYS[2], '0', '1') == '1W' and 1 or 0
if not value then
  return {value, warm}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if string.sub(value, 1, 3) ~= '\0rs' then
  return {value, warm, redis.call('PTTL', KEYS[1]), now}
end
local ends = string.sub(value, 4, 5) == '1V' and tonumber(string.sub(value, 45, 63))
if ends and ends - now <= 0 then
  value = '\0rs1X' .. string.sub(value, 6, 63)
end
return {value, warm}
