"""What the timelines' server runs: one script, one round trip.

A timeline is one sorted set: member = tweet id, score = its creation time in ms. Its first member is the
head, which no id can precede: "b<token>" while it is built, "r<token>" once it is ready, and the score is
minus the floor. Entries of the floor's ms and older may be missing here and are read from PostgreSQL; a
timeline that is full has its oldest entry's ms as floor. The token is the tick of the clock at which the
build began.
"""

_CLOCK = """
    local function tick(clock)
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local last = tonumber(redis.call('GET', clock) or 0)
        if now <= last then now = last + 1 end
        local text = string.format('%.0f', now)
        redis.call('SET', clock, text, 'EX', 2592000)
        return text
    end
"""

TICK = f"""{_CLOCK}
    return tick(KEYS[1])
"""

# A timeline whose build began after `seen` read the tweet, or its absence, from SQL: it is left alone.
PUSH = f"""{_CLOCK}
    local prefix, ms, id, seen = ARGV[1], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
    local lowest, touched = -tonumber(ARGV[6]) - 1, 0
    for user in string.gmatch(ARGV[2], '%d+') do
        local key = prefix .. user
        local head = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
        if head[1] and tonumber(string.sub(head[1], 2)) <= seen and ms > -tonumber(head[2]) then
            redis.call('ZADD', key, ms, id)
            redis.call('ZREMRANGEBYRANK', key, 1, lowest)
            touched = touched + 1
        end
    end
    return {{tick(KEYS[1]), touched}}
"""

# A timeline being built may have read the ids already: its build is called off.
REMOVE = """
    local prefix, full = ARGV[1], tonumber(ARGV[3])
    for user in string.gmatch(ARGV[2], '%d+') do
        local key = prefix .. user
        local head = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
        if head[1] and string.sub(head[1], 1, 1) == 'b' then
            redis.call('DEL', key)
        elseif head[1] then
            local oldest = redis.call('ZCARD', key) > full and redis.call('ZRANGE', key, 1, 1, 'WITHSCORES')
            if redis.call('ZREM', key, unpack(ARGV, 4)) > 0 and oldest then
                redis.call('ZADD', key, -tonumber(oldest[2]), head[1])
            end
        end
    end
"""

DROP = """
    for user in string.gmatch(ARGV[2], '%d+') do
        redis.call('DEL', ARGV[1] .. user)
    end
"""

_HEAD = """
    local function head_of(key, oldest_valid)
        local head = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
        if head[1] and tonumber(string.sub(head[1], 2)) < tonumber(redis.call('GET', oldest_valid) or 0) then
            redis.call('DEL', key)
            return nil
        end
        return head[1], head[1] and -tonumber(head[2])
    end
"""

BEGIN = f"""{_CLOCK}{_HEAD}
    if head_of(KEYS[1], KEYS[3]) then return false end
    local token = tick(KEYS[2])
    redis.call('ZADD', KEYS[1], 0, 'b' .. token)
    redis.call('EXPIRE', KEYS[1], ARGV[1])
    return token
"""

FINISH = """
    local key, token, floor = KEYS[1], ARGV[1], ARGV[2]
    if redis.call('ZREM', key, 'b' .. token) == 0 then return 0 end
    if #ARGV > 4 then redis.call('ZADD', key, unpack(ARGV, 5)) end
    redis.call('ZREMRANGEBYSCORE', key, 1, floor)
    redis.call('ZADD', key, floor == '0' and 0 or '-' .. floor, 'r' .. token)
    redis.call('ZREMRANGEBYRANK', key, 1, -tonumber(ARGV[4]) - 1)
    redis.call('EXPIRE', key, ARGV[3])
    return 1
"""

ABANDON = """
    if redis.call('ZSCORE', KEYS[1], 'b' .. ARGV[1]) then redis.call('DEL', KEYS[1]) end
"""

UNMARK = """
    if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
"""

# Ids are compared as text: they are longer than the numbers Lua can hold.
PAGE = f"""{_HEAD}
    local key, before, after = KEYS[1], ARGV[1], ARGV[3]
    local before_ms, limit, look_back = ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5])
    local ttl, full = tonumber(ARGV[6]), tonumber(ARGV[7])
    local head, floor = head_of(key, KEYS[2])
    if not head then return {{'cold'}} end
    if string.sub(head, 1, 1) == 'b' then return {{'building'}} end
    if redis.call('TTL', key) < ttl - 86400 then redis.call('EXPIRE', key, ttl) end
    if redis.call('ZCARD', key) > full then
        floor = math.max(floor, tonumber(redis.call('ZRANGE', key, 1, 1, 'WITHSCORES')[2]))
    end
    local function precedes(a, b)
        if #a ~= #b then return #a < #b end
        return a < b
    end
    local lowest = string.format('(%.0f', floor)
    local ids, offset, more = {{}}, 0, true
    while more and #ids < limit do
        local found = redis.call(
            'ZRANGE', key, before_ms, lowest, 'BYSCORE', 'REV', 'LIMIT', offset, limit + 1)
        more = #found > limit
        offset = offset + #found
        for _, id in ipairs(found) do
            if not precedes(after, id) then more = false break end
            if #ids < limit and precedes(id, before) then ids[#ids + 1] = id end
        end
    end
    local above = {{}}
    if look_back > 0 then
        local from = before_ms == '0' and '1' or before_ms -- not the head
        local found = redis.call('ZRANGE', key, from, '+inf', 'BYSCORE', 'LIMIT', 0, look_back)
        for _, id in ipairs(found) do
            if not precedes(id, before) then above[#above + 1] = id end
        end
    end
    return {{'ready', string.format('%.0f', floor), ids, above, redis.call('HKEYS', KEYS[3])}}
"""
