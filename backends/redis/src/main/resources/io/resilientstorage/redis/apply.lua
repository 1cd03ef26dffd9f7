-- Stores one record if it is newer: io.resilientstorage.backend.ApplyRule, decided inside the server.
--
-- KEYS: the record; then entries, waiting and parked of each hint's target. All are in one slot.
-- ARGV: 1 kind (D direct, R replay, S seed), then the life of tombstones and expired versions in ms
--       2 not-after time, ms
--       3 the record: header and value
--       4 the record's expiry in ms as plain digits, or - for none that Redis can keep
--       5 the condition, if there is one or there are hints: - none, A if absent, or the 39 digits of the version that
--         must stand
--       6 the hints' member, if there are hints: namespace:key
-- Returns a status letter, 1 or 0 for whether it met a live record, and the version that stands now.
--
-- Only the header of what stands is looked at, and the value is stored as it came: values are large. The server runs
-- nothing else meanwhile, so the usual way (a direct write without a condition, under a newer version) asks for little
-- and makes no functions: those are in the branches that want them.

local sub = string.sub
local NONE = '000000000000000000000000000000000000000'

local key, record = KEYS[1], ARGV[3]
local head = redis.pcall('GETRANGE', key, '0', '62')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local standing, present, live = NONE, false, false
local standing_flag, standing_expiry = '', nil
if type(head) == 'table' then
  if string.find(head['err'], 'WRONGTYPE', 1, true) then
    return 'U0' .. NONE
  end
  return head
end
if sub(head, 1, 3) == '\0rs' then
  if #head < 63 or not string.find(head, '^1[VTX]%d+$', 4) then
    return 'U0' .. NONE
  end
  present = true
  standing = sub(head, 6, 44)
  standing_flag = sub(head, 5, 5)
  standing_expiry = sub(head, 45, 63)
  live = standing_flag == 'V' and tonumber(standing_expiry) > now
elseif head ~= '' or redis.call('EXISTS', key) == 1 then
  present, live = true, true
end
local met = live and '1' or '0'

local offered = sub(record, 6, 44)
local offered_millis = tonumber(sub(record, 6, 20))

if now > tonumber(ARGV[2]) then
  return 'L' .. met .. standing
end
if offered_millis > now + 300000 then
  return 'H' .. met .. standing
end
local condition = ARGV[5]
if condition == 'A' then
  if live then
    return 'C' .. met .. standing
  end
elseif condition and condition ~= '-' and not (live and condition == standing) then
  return 'C' .. met .. standing
end

local version = offered
local direct = sub(ARGV[1], 1, 1) == 'D'
if not direct and not present then
  if sub(ARGV[1], 1, 1) == 'R' and offered_millis < now - sub(ARGV[1], 2) then
    return 'O' .. met .. standing
  end
elseif not direct or offered_millis <= tonumber(sub(standing, 1, 15)) then
  -- Lua's < on strings follows the server's locale, and its numbers are exact to 2^53 only: so in parts of 13 digits.
  local function compare(a, b)
    for i = 1, #a, 13 do
      local x, y = tonumber(sub(a, i, i + 12)), tonumber(sub(b, i, i + 12))
      if x ~= y then
        return x < y and -1 or 1
      end
    end
    return 0
  end
  local order = compare(offered, standing)
  if direct then
    if order <= 0 then
      -- The smallest version of the writer that is newer: 15 digits of ms, 5 of a 16-bit counter, 19 of the writer.
      local millis, counter = tonumber(sub(standing, 1, 15)), tonumber(sub(standing, 16, 20)) + 1
      if counter > 65535 then
        millis, counter = millis + 1, 0
      end
      version = string.format('%015.0f%05d', millis, counter) .. sub(offered, 21)
    end
  else
    local beats = order > 0
    if order == 0 and (sub(record, 5, 5) == 'T' or standing_flag == 'T') then
      beats = standing_flag ~= 'T'
    elseif order == 0 then
      if not standing_expiry then
        local ttl = redis.call('PTTL', key)
        standing_expiry = ttl < 0 and '9223372036854775807' or string.format('%019.0f', now + ttl)
      end
      beats = compare(sub(record, 45, 63), standing_expiry) < 0
    end
    if not beats then
      return 'S' .. met .. standing
    end
  end
end

-- The hints come first: should one fail, the record has not been stored.
for i = 2, #KEYS, 3 do
  local member = ARGV[6]
  local entry = redis.call('HGET', KEYS[i], member)
  local noted = entry and sub(entry, 40, 69) or string.format('%015.0f', now) .. '000000000000000'
  redis.call('HSET', KEYS[i], member, version .. noted .. '0')
  if not entry then
    redis.call('ZADD', KEYS[i + 1], string.format('%.0f', now), member)
    redis.call('HDEL', KEYS[i + 2], member)
  end
end

local flag, expires_at, ends = sub(record, 5, 5), ARGV[4], true
if flag ~= 'V' or expires_at ~= '-' and tonumber(expires_at) <= now then
  -- What has ended stands for its version alone.
  record = '\0rs1' .. (flag == 'T' and 'T' or 'X') .. version .. sub(record, 45, 63)
  expires_at = string.format('%.0f', now + sub(ARGV[1], 2))
elseif expires_at == '-' then
  ends = false
end
-- One command where the server knows PXAT (Redis 6.2), two where it does not: that has then done nothing.
local stored = ends and redis.pcall('SET', key, record, 'PXAT', expires_at) or redis.pcall('SET', key, record)
if stored['err'] and ends and string.find(stored['err'], 'syntax', 1, true) then
  stored = redis.pcall('SET', key, record)
  if not stored['err'] then
    redis.call('PEXPIREAT', key, expires_at)
  end
end
if stored['err'] then
  return stored
end
if version ~= offered then
  redis.call('SETRANGE', key, '5', version)
end
return 'A' .. met .. version
