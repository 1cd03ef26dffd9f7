-- Ends claims of hints that were not delivered.
-- KEYS: entries, waiting, parked.
-- ARGV: 1 what becomes of them: retry or park; then member and version of each, in turns.
-- A hint that has another version by now stays as it is but for the claim: it was not that which was refused. A claim
-- that cannot be given back for want of memory ends by itself.
for i = 2, #ARGV, 2 do
  local member, version = ARGV[i], ARGV[i + 1]
  local entry = redis.call('HGET', KEYS[1], member)
  if entry then
    local same = string.sub(entry, 1, 39) == version
    local tries = tonumber(string.sub(entry, 70))
    if same and ARGV[1] == 'retry' then
      tries = tries + 1
    end
    local released = string.sub(entry, 1, 54) .. string.rep('0', 15) .. string.format('%d', tries)
    if same and ARGV[1] == 'park' then
      redis.call('HDEL', KEYS[1], member)
      redis.call('ZREM', KEYS[2], member)
      redis.call('HSET', KEYS[3], member, released)
    elseif same then
      redis.call('HSET', KEYS[1], member, released)
    else
      redis.pcall('HSET', KEYS[1], member, released)
    end
  end
end
return #ARGV
