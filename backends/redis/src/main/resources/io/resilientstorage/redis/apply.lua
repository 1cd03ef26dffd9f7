-- Stores one record if it is newer: io.resilientstorage.backend.ApplyRule, decided inside the server.
--
-- KEYS: the record; then entries, waiting and parked of each hint's target. All are in one slot.
-- ARGV: 1 kind: D direct, R replay, S seed
--       2 not-after time, ms
--       3 condition: - none, A if absent, or the 39 digits of the version that must stand
--       4 life of tombstones and expired versions, ms
--       5 the hint's member: namespace:key
--       6 the record: header and value
-- Returns a status letter, 1 or 0 for whether it met a live record, and the version that stands now.
--
-- Only the header of what stands is looked at, and the value is stored as it came: values are large.

local HEADER = 63
local NONE = string.rep('0', 39)
local MAX_AHEAD = 300000
-- Beyond this year Redis' own expiry overflows; such a record is kept without one.
local FOREVER = 1e15

-- Lua's < on strings follows the server's locale, and its numbers are exact to 2^53 only: so in parts of 13 digits.
local function compare(a, b)
  for i = 1, #a, 13 do
    local x, y = tonumber(string.sub(a, i, i + 12)), tonumber(string.sub(b, i, i + 12))
    if x ~= y then
      return x < y and -1 or 1
    end
  end
  return 0
end

-- The smallest version of the writer that is newer: 15 digits of ms, 5 of a 16-bit counter, 19 of the writer.
local function next_version(version, writer)
  local millis, counter = tonumber(string.sub(version, 1, 15)), tonumber(string.sub(version, 16, 20)) + 1
  if counter > 65535 then
    millis, counter = millis + 1, 0
  end
  return string.format('%015.0f%05d', millis, counter) .. writer
end

local key = KEYS[1]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local life = tonumber(ARGV[4])

local standing, present, live = NONE, false, false
local standing_tombstone, standing_expiry = false, nil

local function answer(status, version)
  return status .. (live and '1' or '0') .. version
end

local head = redis.pcall('GETRANGE', key, 0, HEADER - 1)
if type(head) == 'table' then
  if string.find(head['err'], 'WRONGTYPE', 1, true) then
    return answer('U', NONE)
  end
  return head
end
if string.sub(head, 1, 3) == '\0rs' then
  if #head < HEADER or string.sub(head, 4, 4) ~= '1' or not string.find(head, '^[VTX]%d+$', 5) then
    return answer('U', NONE)
  end
  present = true
  standing = string.sub(head, 6, 44)
  standing_expiry = string.sub(head, 45, 63)
  standing_tombstone = string.sub(head, 5, 5) == 'T'
  live = string.sub(head, 5, 5) == 'V' and tonumber(standing_expiry) > now
elseif head ~= '' or redis.call('EXISTS', key) == 1 then
  present, live = true, true
end

local record = ARGV[6]
local flag = string.sub(record, 5, 5)
local offered = string.sub(record, 6, 44)
local expiry = string.sub(record, 45, 63)
local offered_millis = tonumber(string.sub(offered, 1, 15))

local function beats()
  local order = compare(offered, standing)
  if order ~= 0 then
    return order > 0
  end
  if flag == 'T' or standing_tombstone then
    return not standing_tombstone
  end
  if not standing_expiry then
    local ttl = redis.call('PTTL', key)
    standing_expiry = ttl < 0 and '9223372036854775807' or string.format('%019.0f', now + ttl)
  end
  return compare(expiry, standing_expiry) < 0
end

if now > tonumber(ARGV[2]) then
  return answer('L', standing)
end
if offered_millis > now + MAX_AHEAD then
  return answer('H', standing)
end
local condition = ARGV[3]
if condition == 'A' then
  if live then
    return answer('C', standing)
  end
elseif condition ~= '-' and not (live and condition == standing) then
  return answer('C', standing)
end
local version = offered
if ARGV[1] == 'D' then
  if compare(offered, standing) <= 0 then
    version = next_version(standing, string.sub(offered, 21))
  end
elseif not present then
  if ARGV[1] == 'R' and offered_millis < now - life then
    return answer('O', standing)
  end
elseif not beats() then
  return answer('S', standing)
end

-- The hints come first: should one fail, the record has not been stored.
for i = 2, #KEYS, 3 do
  local member = ARGV[5]
  local entry = redis.call('HGET', KEYS[i], member)
  local noted = entry and string.sub(entry, 40, 69) or string.format('%015.0f', now) .. string.rep('0', 15)
  redis.call('HSET', KEYS[i], member, version .. noted .. '0')
  if not entry then
    redis.call('ZADD', KEYS[i + 1], string.format('%.0f', now), member)
    redis.call('HDEL', KEYS[i + 2], member)
  end
end

local expires_at = tonumber(expiry)
if flag == 'V' and expires_at > now then
  redis.call('SET', key, record)
  if version ~= offered then
    redis.call('SETRANGE', key, 5, version)
  end
  if expires_at < FOREVER then
    redis.call('PEXPIREAT', key, string.format('%.0f', expires_at))
  end
else
  redis.call('SET', key, '\0rs1' .. (flag == 'T' and 'T' or 'X') .. version .. expiry)
  redis.call('PEXPIREAT', key, string.format('%.0f', now + life))
end
return answer('A', version)
