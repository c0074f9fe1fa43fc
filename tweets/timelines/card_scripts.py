"""What the cards' server runs. All keys begin with one prefix and are built here.

    epoch               counts up when everything is to be forgotten; the keys below begin with it
    card:<version>:<id> a hash: `meta` (subject, then the people it shows), the HTML by language, and under
                        <language>:name a name of just this drawing, by which processes remember it; of an
                        entry that not everybody sees alike, meta is "-"
    card:<version>:<id>:<viewer>  the same for one viewer alone; meta is "0" where nothing is shown to them;
                        of no entry, 0, is what stands beside the column
    tag:<tag>           the cards to forget with a tweet (t<id>), a person (u<id>), a viewer's ties (b<id>),
                        what rises (r0)
    figures:<subject>   replies, retweets, likes, quotes
    marks:<viewer>      a hash: subject -> what the viewer did with it, as bits
    barred:<viewer>     a set: 0, and who is blocked either way or muted

Without the epoch: `stamp:<tag>`, when that was forgotten last, for a drawing begun before is not stored;
and `claim:<version>:<language>:<id>` of whom draws a card right now.
"""

from tweets.timelines.scripts import PAGE

_NOW = """
    local call = redis.call
    local function now()
        local time = call('TIME')
        return time[1] * 1000000 + time[2]
    end
"""

# Answers in one line, which is read much faster than a hundred values, for each id: state, subject, name of
# the drawing, counts, marks. The state: "+" kept for all, "o" for this viewer, "x" not shown to this viewer,
# "-" not for everybody, "!" shows somebody barred, "?" is to be drawn by who asks now, "~" somebody else
# draws it. Whom a viewer is barred from is looked at only where there is somebody beside the 0.
_LOOK = f"""{_NOW}
    local function look(ids, prefix, version, language, viewer, claim_seconds)
        local moment, epoch = string.format('%.0f', now()), call('GET', prefix .. 'epoch') or '0'
        local base, named, sub, find = prefix .. epoch .. ':', language .. ':name', string.sub, string.find
        local kept, barred = base .. 'card:' .. version .. ':', base .. 'barred:' .. viewer
        local many, own_ones = call('SCARD', barred), {{}}
        local cards, people, owners = {{}}, {{}}, {{}}
        for n, id in ipairs(ids) do
            local found, at = call('HMGET', kept .. id, 'meta', named), 5 * n - 4
            local meta, name = found[1], found[2]
            local state, subject = '?', ''
            if meta == '-' then
                state, name = '-', ''
            elseif meta and name then
                local edge = find(meta, ' ', 1, true) or #meta + 1
                state, subject = '+', sub(meta, 1, edge - 1)
                if many > 1 then
                    for person in string.gmatch(sub(meta, edge), '%d+') do
                        people[#people + 1], owners[#owners + 1] = person, n
                    end
                end
            else
                name = ''
            end
            cards[at], cards[at + 1], cards[at + 2] = state, subject, name
            cards[at + 3], cards[at + 4] = '', ''
            if state ~= '+' then own_ones[#own_ones + 1] = n end
        end
        if #people > 0 then
            for n, is_barred in ipairs(call('SMISMEMBER', barred, unpack(people))) do
                local at = 5 * owners[n] - 4
                if is_barred == 1 and cards[at] == '+' then
                    cards[at], cards[at + 1], cards[at + 2] = '!', '', ''
                    own_ones[#own_ones + 1] = owners[n]
                end
            end
        end
        for _, n in ipairs(own_ones) do
            local id, at = ids[n], 5 * n - 4
            local own = call('HMGET', kept .. id .. ':' .. viewer, 'meta', named)
            if own[1] == '0' then
                cards[at] = 'x'
            elseif own[1] and own[2] then
                cards[at], cards[at + 1], cards[at + 2] = 'o', own[1], own[2]
            elseif cards[at] == '?' then
                local claim = prefix .. 'claim:' .. version .. ':' .. language .. ':' .. id
                if not call('SET', claim, moment, 'NX', 'EX', claim_seconds) then cards[at] = '~' end
            end
        end
        local names, fields, drawn = {{}}, {{}}, {{}}
        local counts_of = base .. 'figures:'
        for at = 1, #cards, 5 do
            local subject = cards[at + 1]
            if subject ~= '' then
                drawn[#drawn + 1], fields[#fields + 1] = at + 3, subject
                names[#names + 1] = counts_of .. subject
            end
        end
        if #drawn > 0 then
            local counts = call('MGET', unpack(names))
            local marks = call('HMGET', base .. 'marks:' .. viewer, unpack(fields))
            for n, at in ipairs(drawn) do cards[at], cards[at + 1] = counts[n] or '', marks[n] or '' end
        end
        return {{moment, epoch, many > 0 and 1 or 0, table.concat(cards, ' ')}}
    end
"""

LOOK = f"""{_LOOK}
    local prefix, version, language, viewer, seconds = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
    local ids = {{}}
    for n = 6, #ARGV do ids[#ids + 1] = ARGV[n] end
    return look(ids, prefix, version, language, viewer, seconds)
"""


# The HTML of an entry's card for one viewer alone, beside what a look answers. ARGV: prefix, version,
# language, viewer, entry.
OWN = f"""{_NOW}
    local moment, epoch = string.format('%.0f', now()), call('GET', ARGV[1] .. 'epoch') or '0'
    local name = ARGV[1] .. epoch .. ':card:' .. ARGV[2] .. ':' .. ARGV[5] .. ':' .. ARGV[4]
    return {{moment, epoch, call('HGET', name, ARGV[3])}}
"""

# A page of ids and their cards at once: the third item of the page's answer are the ids. The cards are
# asked for with the last five arguments.
HOME = f"""{_LOOK}
    local function page() {PAGE}
    end
    local answer = page()
    if answer[1] == 'ready' then
        local n = #ARGV
        answer[#answer + 1] = look(answer[3], ARGV[n - 4], ARGV[n - 3], ARGV[n - 2], ARGV[n - 1], ARGV[n])
    end
    return answer
"""

# ARGV: prefix, epoch, moment of the look, longest age of a drawing, then operations with their arguments.
# What was forgotten since the look, or is too late, is not stored.
STORE = f"""{_NOW}
    local prefix, epoch, moment = ARGV[1], ARGV[2], tonumber(ARGV[3])
    if (call('GET', prefix .. 'epoch') or '0') ~= epoch then return 0 end
    if now() - moment > ARGV[4] * 1000000 then return 0 end
    local base, stored, at = prefix .. epoch .. ':', 0, 5
    local function fresh(tag) return tonumber(call('GET', prefix .. 'stamp:' .. tag) or -1) < moment end
    local function take() at = at + 1 return ARGV[at - 1] end
    while at <= #ARGV do
        local what = take()
        if what == 'card' then
            local name, ttl, meta, language, html = take(), take(), take(), take(), take()
            local drawing = take()
            local is_fresh, tags = true, {{}}
            for n = 1, tonumber(take()) do
                tags[n] = take()
                is_fresh = is_fresh and fresh(tags[n])
            end
            if is_fresh then
                local key = base .. 'card:' .. name
                if call('HGET', key, 'meta') ~= meta then call('DEL', key) end
                call('HSET', key, 'meta', meta, language, html, language .. ':name', drawing)
                if call('TTL', key) < 0 then call('EXPIRE', key, ttl) end
                for _, tag in ipairs(tags) do
                    local cards = base .. 'tag:' .. tag
                    call('SADD', cards, name)
                    -- the tag outlives each of its cards, also those kept for longer than this one
                    if call('TTL', cards) < ttl + 60 then call('EXPIRE', cards, ttl + 60) end
                end
                stored = stored + 1
            end
        elseif what == 'counts' then
            local subject, ttl, counts = take(), take(), take()
            if fresh('c' .. subject) then call('SET', base .. 'figures:' .. subject, counts, 'EX', ttl) end
        elseif what == 'marks' then
            local viewer, ttl, subject, bits = take(), take(), take(), take()
            if fresh('m' .. viewer) then
                local key = base .. 'marks:' .. viewer
                call('HSET', key, subject, bits)
                if call('TTL', key) < 0 then call('EXPIRE', key, ttl) end
            end
        elseif what == 'barred' then
            local viewer, ttl, ids = take(), take(), {{}}
            for n = 1, tonumber(take()) do ids[n] = take() end
            if fresh('b' .. viewer) then
                local key = base .. 'barred:' .. viewer
                call('DEL', key)
                for _, id in ipairs(ids) do call('SADD', key, id) end
                call('EXPIRE', key, ttl)
            end
        end
    end
    return stored
"""

# ARGV: prefix, how long stamps are kept, how many cards at most, then kind and name of what to forget.
# Returns the tags that have more cards.
FORGET = f"""{_NOW}
    local prefix, keep, most, moment = ARGV[1], ARGV[2], tonumber(ARGV[3]), string.format('%.0f', now())
    local base, more = prefix .. (call('GET', prefix .. 'epoch') or '0') .. ':', {{}}
    for at = 4, #ARGV, 2 do
        local kind, name = ARGV[at], ARGV[at + 1]
        call('SET', prefix .. 'stamp:' .. kind .. name, moment, 'EX', keep)
        if kind == 'c' then
            call('DEL', base .. 'figures:' .. name)
        elseif kind == 'm' then
            call('DEL', base .. 'marks:' .. name)
        else
            if kind == 'b' then call('DEL', base .. 'barred:' .. name) end
            local tag = base .. 'tag:' .. kind .. name
            local cards = call('SPOP', tag, most)
            for _, card in ipairs(cards) do call('DEL', base .. 'card:' .. card) end
            if #cards == most then more[#more + 1] = kind more[#more + 1] = name end
        end
    end
    return more
"""

FORGET_ALL = """
    local epoch = redis.call('INCR', KEYS[1])
    redis.call('EXPIRE', KEYS[1], ARGV[1])
    return epoch
"""
