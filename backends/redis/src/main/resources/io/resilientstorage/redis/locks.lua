-- One step of a lock store: io.resilientstorage.backend.LockRule, decided inside the server.
--
-- KEYS: 1 the authority record of the lock space, 2 the lock, where there is one. Both are in one slot.
-- ARGV: 1 what is to be done:
--         G to read the record. No more.
--         P to put one. 2 the life that is meant, 3 the revision that must stand, then what is to stand:
--           4 active (1 or 0), 5 epoch, 6 number, 7 floor, 8 grantsFrom, 9 activeUntil, 10 peerActiveUntil, 11 terms;
--           12 the not-after time
--         A to acquire, N to renew, R to release, C to copy. 2 owner, 3 ttl, 4 terms, 5 not-after time,
--           6 the epoch of the token, 0 for any, 7 the rest of the token, 8 the run id of the server, where the caller
--           knows it of this connection, or nothing
-- Returns for P 1 or 0; else status letter, the clock, the life, then of the lock the end, the epoch and the rest of the
-- token, or zeros; and at last the record, if there is one and G asks for it or it is the reason of a refusal.
--
-- A token is more than a number of Lua can hold, so it is handled in two parts: the epoch, and the lower 21 bits. Times
-- that are far too large for a number (no end) are compared with rounding, and kept as they came. The lock stays a second
-- longer than it is held: what decides is the end that it tells.
--
-- The server runs nothing else meanwhile, so the usual ways (to acquire what is free, to release what one has) make few
-- texts, look for fixed texts instead of patterns, and leave it to the arithmetic to read digits as numbers. What a grant
-- asks of the record stands in it as one text too: to read its twelve fields took a third of the step's time.

local FORMAT = '1'
local COUNTERS = 262144
local NO_END = '9223372036854775807'

local find, sub = string.find, string.sub

local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
now = now - now % 1

-- The replication id, alone, is not enough: a replica has that of its master; one of a Cluster that is told to take over
-- right after its start keeps it; and there are servers made from Redis that keep it over a restart.
local action = ARGV[1]
local run_id = action ~= 'P' and ARGV[8] or ''
if run_id == '' then
  local server = redis.call('INFO', 'server')
  local _, at = find(server, 'run_id:', 1, true)
  run_id = sub(server, at + 1, find(server, '\r', at, true) - 1)
end
local replication = redis.call('INFO', 'replication')
local _, at = find(replication, 'master_replid:', 1, true)
local life = run_id .. '/' .. sub(replication, at + 1, find(replication, '\r', at, true) - 1)

-- What nearly always happens: a lock that nothing stands for is acquired, and all that the record must be for it stands
-- there as one text. Whatever it is that differs, the rest finds it out.
local standing = action ~= 'G' and action ~= 'P' and redis.call('GET', KEYS[2])
if action == 'A' and not standing and now - ARGV[5] <= 0 then
  local record = redis.call('HMGET', KEYS[1], 'format', 'grant', 'counter')
  local grant, counter = record[2], record[3]
  if record[1] == FORMAT and grant and sub(grant, 77) == life .. ' ' .. ARGV[4] and counter - COUNTERS < 0
      and now - sub(grant, 1, 19) >= 0 and now - sub(grant, 20, 38) < 0 then
    local til, epoch = now + ARGV[3], sub(grant, 39, 57) + 0
    local rest = sub(grant, 58, 76) * COUNTERS + counter
    redis.call('SET', KEYS[2], string.format('%s %.0f %.0f %.0f ', FORMAT, til, epoch, rest) .. ARGV[2], 'PX',
      ARGV[3] + 1000)
    redis.call('HINCRBY', KEYS[1], 'counter', 1)
    return {'G', now, life, til, epoch, rest}
  end
end

-- A release asks for no more of the record than whether it can be read.
local stored = action == 'R' and redis.call('HMGET', KEYS[1], 'format')
  or redis.call('HMGET', KEYS[1], 'format', 'revision', 'active', 'epoch', 'counter', 'number', 'floor', 'from',
    'until', 'peer', 'terms', 'life')
local known = stored[1]

local function answer(status, tells)
  local reply = {status, now, life, 0, 0, 0}
  if tells then
    for i = 2, #stored do
      reply[i + 5] = stored[i]
    end
  end
  return reply
end

if known and known ~= FORMAT then
  return answer('U')
end

if action == 'G' then
  return answer('G', known)
end
if action == 'P' then
  if ARGV[2] ~= life or ARGV[3] ~= (known and stored[2] or '0') or now > tonumber(ARGV[12]) then
    return 0
  end
  local epoch, floor = tonumber(ARGV[5]), known and tonumber(stored[7]) or 0
  local same_epoch = known and tonumber(stored[4]) == epoch and stored[12] == life
  if not same_epoch and epoch ~= 0 and epoch <= floor then
    return 0
  end
  floor = math.max(floor, tonumber(ARGV[7]), epoch)
  local grant = ''
  if ARGV[4] == '1' and (floor <= epoch or ARGV[9] == NO_END) then
    for _, number in ipairs({ARGV[8], ARGV[9], ARGV[5], ARGV[6]}) do
      grant = grant .. string.rep('0', 19 - #number) .. number
    end
    grant = grant .. life .. ' ' .. ARGV[11]
  end
  redis.call('HSET', KEYS[1], 'format', FORMAT, 'revision', string.format('%.0f', ARGV[3] + 1), 'active', ARGV[4],
    'epoch', ARGV[5], 'counter', same_epoch and stored[5] or '0', 'number', ARGV[6],
    'floor', string.format('%.0f', floor), 'from', ARGV[8], 'until', ARGV[9],
    'peer', ARGV[10], 'terms', ARGV[11], 'life', life, 'grant', grant)
  return 1
end


local owner = ARGV[2]
local live, til, epoch, rest, holder, own, exact
if standing then
  local format
  format, til, epoch, rest, holder = string.match(standing, '^(%d+) (%d+) (%d+) (%d+) (.*)$')
  if format ~= FORMAT then
    return answer('U')
  end
  live = til - now > 0
  own = live and holder == owner
  exact = own and epoch - ARGV[6] == 0 and rest - ARGV[7] == 0
end
local granted = exact or own and ARGV[6] + ARGV[7] == 0

if now - ARGV[5] > 0 then
  return answer('L')
end
if action == 'R' then
  if not granted then
    return answer('X')
  end
  redis.call('DEL', KEYS[2])
  -- Who waits elsewhere may hear of it. Whoever may not publish releases all the same.
  redis.pcall('PUBLISH', KEYS[1], KEYS[2])
  return {'R', now, life, 0, 0, 0}
end
if not known then
  return answer('N')
end
if stored[12] ~= life then
  return answer('O', true)
end
if stored[11] ~= ARGV[4] then
  return answer('D', true)
end

local status, free = 'G', false
if action == 'C' then
  local newer = live and epoch - ARGV[6]
  if stored[7] - ARGV[6] > 0 then
    return answer('E', true)
  end
  if live and (newer > 0 or newer == 0 and rest - ARGV[7] > 0) then
    return answer('Z')
  end
  status = 'C'
  if not exact then
    til, epoch, rest = now + ARGV[3], tonumber(ARGV[6]), tonumber(ARGV[7])
  end
else
  if stored[3] ~= '1' or stored[7] - stored[4] > 0 and stored[9] ~= NO_END then
    return answer('I', true)
  end
  if now - stored[9] >= 0 then
    return answer('T', true)
  end
  if now - stored[8] < 0 then
    return answer('W', true)
  end
  if action == 'N' and not granted then
    return answer('Z')
  end
  free = not own
  if free then
    if live then
      return {'H', now, life, tonumber(til), 0, 0}
    end
    if stored[5] - COUNTERS >= 0 then
      return answer('F', true)
    end
    til, epoch, rest = now + ARGV[3], tonumber(stored[4]), stored[6] * COUNTERS + stored[5]
  end
end

-- What is held already is extended, and never shortened.
til, epoch, rest = math.max(til, now + ARGV[3]), tonumber(epoch), tonumber(rest)
redis.call('SET', KEYS[2], string.format('%s %.0f %.0f %.0f ', FORMAT, til, epoch, rest) .. owner, 'PX',
  string.format('%.0f', til - now + 1000))
if status == 'C' and epoch - stored[7] > 0 then
  redis.call('HSET', KEYS[1], 'floor', ARGV[6], 'grant', '')
elseif free then
  redis.call('HINCRBY', KEYS[1], 'counter', 1)
end
return {status, now, life, til, epoch, rest}
