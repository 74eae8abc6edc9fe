#include "times.hpp"

#include "clocks.hpp"
#include "dates.hpp"
#include "durations.hpp"
#include "numerals.hpp"
#include "words.hpp"

#include <array>

namespace wescrm::language {
namespace {

constexpr auto midnight = seconds{0};

// A day, a period or a time of day, before anything is said about its bounds.
struct Point {
    std::optional<Span> span;
    std::optional<ClockTime> clock;
    bool is_now = false;
    std::size_t end = 0;

    [[nodiscard]] bool is_impossible() const { return span && span->is_impossible; }
};

class Parser {
public:
    Parser(Characters const& text, Reference const& reference)
        : text_{text}, reference_{reference}, now_{reference.zone.local(reference.sent_at)} {}

    [[nodiscard]] std::optional<FoundTime> at(std::size_t start) const {
        if (auto found = until_prefix(start)) return found;
        if (auto found = recent(start)) return found;
        if (auto found = offset(start)) return found;
        auto const left = point(start, anchor());
        if (left && left->is_impossible()) return FoundTime{DateValue{now_.date}, left->end, Bound::exact, {}, true};
        if (left) {
            if (auto found = range(*left)) return found;
            return bounded(start, *left);
        }
        if (auto found = borrowed_range(start)) return found;
        if (auto const length = parse_length(text_, start))
            return FoundTime{DurationValue{length->total_seconds()}, length->end, Bound::exact, {}, false};
        return std::nullopt;
    }

private:
    [[nodiscard]] Anchor anchor() const {
        return {now_.date, now_.date, reference_.lean, reference_.weeks_begin_on_sunday, reference_.fiscal_year_start};
    }

    // ---- points
    // -------------------------------------------------------------------------------------------------------------

    [[nodiscard]] std::optional<Point> point(std::size_t at, Anchor const& from,
                                             DayPart const* inherited = nullptr) const {
        if (auto const end = after_any(text_, at, {U"现在", U"此时", U"此刻", U"当前", U"目前", U"眼下"});
            end && text_[*end] != U'是')
            return Point{{}, {}, true, *end};
        auto found = Point{};
        found.span = parse_span(text_, at, from);
        if (found.span) {
            found.end = found.span->end;
            auto const next = clock_start(found.span->end);
            found.clock = found.span->is_impossible || !is_one_day(*found.span)
                              ? std::nullopt
                              : parse_clock(text_, next, true, inherited);
        } else {
            found.clock = parse_clock(text_, at, inherited != nullptr, inherited);
            if (!found.clock || (found.clock->is_vague && !is_vague_end(at, inherited))) return std::nullopt;
        }
        if (found.clock) found.end = found.clock->end;
        return found;
    }

    [[nodiscard]] static bool is_vague_end(std::size_t, DayPart const* inherited) { return inherited != nullptr; }
    [[nodiscard]] static bool is_one_day(Span const& span) {
        return span.is_day || span.is_edge || add_days(span.first, 1) == span.after;
    }

    // What may stand between a day and its time.
    [[nodiscard]] std::size_t clock_start(std::size_t at) const {
        auto const next = skip_soft(text_, at);
        if (text_[next] == U't' && is_digit(text_[next + 1])) return next + 1;
        if (text_[next] == U'-' && is_digit(text_[next + 1]) && is_digit(text_[next + 2]) && text_[next + 3] == U':')
            return next + 1;
        return next;
    }

    // The calendar moment of a point with a time of day but, maybe, without a day.
    [[nodiscard]] LocalTime moment(Point const& point) const {
        auto const& clock = *point.clock;
        auto date = point.span ? point.span->date : now_.date;
        auto const has_passed = clock.add_days == 0 && clock.time <= now_.time_of_day;
        if (!point.span && reference_.lean == Lean::future && has_passed) date = add_days(date, 1);
        if (!point.span && reference_.lean == Lean::past && clock.time > now_.time_of_day) date = add_days(date, -1);
        if (point.span && point.span->is_today && has_passed) date = add_days(date, 7);
        return {add_days(date, clock.add_days), clock.time};
    }

    [[nodiscard]] static RangeValue whole_days(Span const& span) {
        return {{span.first, midnight}, {span.after, midnight}, true, span.date};
    }

    [[nodiscard]] FoundTime plain(Point const& point) const {
        if (point.is_now) return {MomentValue{now_}, point.end, Bound::exact, {}, false};
        if (point.clock) return {MomentValue{moment(point)}, point.end, Bound::exact, {}, false};
        auto const& span = *point.span;
        auto const date = span.is_today ? add_days(span.date, 7) : span.date;
        if (span.is_day) return {DateValue{date}, point.end, Bound::exact, {}, false};
        if (span.is_edge) return {DateValue{date}, point.end, Bound::exact, whole_days(span), false};
        return {whole_days(span), point.end, Bound::exact, {}, false};
    }

    // ---- from one point to another
    // ------------------------------------------------------------------------------------------

    // 到, 至, - and their like; the position behind it.
    [[nodiscard]] std::optional<std::size_t> connector(std::size_t at) const {
        auto next = skip_blanks(text_, at);
        next = after_any(text_, next, {U"起", U"开始"}).value_or(next);
        auto const from = next;
        while (next < from + 2 && is_one_of(text_[next], U"到至-–—~～")) ++next;
        if (next == from) return std::nullopt;
        return skip_blanks(text_, next);
    }

    [[nodiscard]] std::optional<FoundTime> range(Point const& left) const {
        auto const next = connector(left.end);
        if (!next) return std::nullopt;
        auto const left_day = left.span ? left.span->first : left.clock ? moment(left).date : now_.date;
        auto const has_left_day = left.span.has_value();
        auto right = point(
            *next, {now_.date, has_left_day ? left_day : now_.date, has_left_day ? Lean::future : reference_.lean},
            left.clock ? left.clock->part : nullptr);
        if (!right || right->is_impossible()) return std::nullopt;
        if (right->span && right->span->is_today) right->span->is_today = false;
        if (!right->span && !right->is_now && !left.clock) return std::nullopt;
        auto const start = left.clock ? moment(left) : LocalTime{left_day, midnight};
        auto const end = end_of(left, start, *right);
        auto const is_dates = !left.clock && !right->clock;
        if (end < start || (end == start && !is_dates)) return std::nullopt;
        auto const close = after_any(text_, right->end, {U"止", U"为止", U"之间", U"期间"}).value_or(right->end);
        return FoundTime{RangeValue{start, end, is_dates, is_dates ? add_days(end.date, -1) : end.date},
                         close,
                         Bound::exact,
                         {},
                         false};
    }

    [[nodiscard]] LocalTime end_of(Point const& left, LocalTime start, Point const& right) const {
        if (right.is_now) return left.clock ? now_ : LocalTime{add_days(now_.date, 1), midnight};
        if (!right.clock) return {right.span->after, midnight};
        if (right.span) return {add_days(right.span->date, right.clock->add_days), right.clock->time};
        auto end = LocalTime{add_days(start.date, right.clock->add_days), right.clock->time};
        auto const half_later = LocalTime{end.date, end.time_of_day + hours{12}};
        if (end <= start && end.time_of_day < hours{12} && half_later > start) end = half_later;
        if (end <= start) end.date = add_days(end.date, 1);
        return end;
    }

    // 2-4点, 2到4点: the first number borrows the unit of the second.
    [[nodiscard]] std::optional<FoundTime> borrowed_range(std::size_t at) const {
        auto const* part = static_cast<DayPart const*>(nullptr);
        auto position = at;
        if (auto const vague = parse_clock(text_, position, false); vague && vague->is_vague)
            part = vague->part, position = skip_soft(text_, vague->end);
        auto const from = parse_small(text_, position);
        if (!from || from->value > 24) return std::nullopt;
        auto const next = connector(from->end);
        auto const right = next ? parse_clock(text_, *next, false, part) : std::nullopt;
        if (!right || right->is_vague || text_[right->end] == U':') return std::nullopt;
        auto const hour = static_cast<int>(from->value);
        auto const is_afternoon = hour < 12 && (right->part ? right->part->add == 12 : hour <= 6);
        auto left = Point{};
        left.clock = ClockTime{hours{is_afternoon ? hour + 12 : hour % 24}, from->end, 0, part, false};
        auto const start = moment(left);
        auto const end = end_of(left, start, Point{{}, right, false, right->end});
        if (end <= start) return std::nullopt;
        return FoundTime{RangeValue{start, end, false, end.date}, right->end, Bound::exact, {}, false};
    }

    // ---- bounds
    // -------------------------------------------------------------------------------------------------------------

    // 之前, 以后, 起 behind a point.
    [[nodiscard]] FoundTime bounded(std::size_t start, Point const& point) const {
        auto found = plain(point);
        auto const end = skip_blanks(text_, point.end);
        auto const is_long = point.span && !point.span->is_day && !point.span->is_edge;
        auto const is_from = ends_any(text_, start, {U"从", U"自", U"自从", U"打从"}) || is_long;
        if (auto const inclusive = after_any(text_, end, {U"或之前", U"及之前", U"及以前", U"或以前", U"或更早"}))
            return bound_to(found, Bound::until, *inclusive);
        if (auto const inclusive = after_any(text_, end, {U"或之后", U"及之后", U"及以后", U"或以后", U"或更晚"}))
            return bound_to(found, Bound::from, *inclusive);
        if (auto const before = after_any(text_, end, {U"之前", U"以前", U"前", U"止", U"为止", U"截止"});
            before && !starts_other_word(end, *before, U"面台期端任往提景沿进者天夕三"))
            return bound_to(found, Bound::until, *before);
        if (auto const after = after_any(text_, end, {U"之后", U"以后", U"后"});
            after && !starts_other_word(end, *after, U"续面台期来天勤方端半者"))
            return bound_to(found, Bound::from, *after);
        if (auto const since = after_any(text_, end, {U"起至今", U"以来", U"至今", U"起", U"开始"});
            since && is_from && !is_one_of(text_[*since], U"草来床飞诉"))
            return bound_to(found, Bound::from, *since);
        if (auto const within = after_any(text_, end, {U"之内", U"以内", U"内"});
            within && !is_one_of(text_[*within], U"部容"))
            found.end = *within;
        return found;
    }

    [[nodiscard]] bool starts_other_word(std::size_t from, std::size_t end, std::u32string_view followers) const {
        return end == from + 1 && is_one_of(text_[end], followers);
    }

    static FoundTime bound_to(FoundTime found, Bound bound, std::size_t end) {
        found.bound = bound;
        found.end = end;
        return found;
    }

    // 截止到周五, 不晚于12月3日
    [[nodiscard]] std::optional<FoundTime> until_prefix(std::size_t start) const {
        auto const next = after_any(text_, start, {U"截止到", U"截至", U"截止", U"不晚于", U"最晚", U"最迟"});
        auto const found = next ? point(skip_soft(text_, *next), anchor()) : std::nullopt;
        if (!found || found->is_impossible() || found->is_now) return std::nullopt;
        return bound_to(bounded(start, *found), Bound::until, bounded(start, *found).end);
    }

    // ---- from now
    // ------------------------------------------------------------------------------------------------------------

    // 最近7天, 过去的一周, 未来48小时, 近期
    [[nodiscard]] std::optional<FoundTime> recent(std::size_t at) const {
        static constexpr auto words = std::to_array<Word>({{U"最近", 0},
                                                           {U"过去", 0},
                                                           {U"近", 0},
                                                           {U"这", 0},
                                                           {U"未来", 1},
                                                           {U"接下来", 1},
                                                           {U"今后", 1},
                                                           {U"往后", 1},
                                                           {U"之后", 1},
                                                           {U"后面", 1}});
        auto const word = word_at(text_, at, words);
        if (!word) return std::nullopt;
        auto const length = parse_length(text_, skip_soft(text_, word->second));
        if (!length || (text_[at] == U'这' && length->end - word->second < 2)) return vague_recent(at);
        auto const close =
            after_any(text_, length->end, {U"以内", U"之内", U"内", U"以来", U"里"}).value_or(length->end);
        if (text_[at] == U'这' && !is_counted(word->second)) return std::nullopt;
        return word->first == 0 ? FoundTime{since(*length), close, Bound::exact, {}, false}
                                : FoundTime{following(*length), close, Bound::exact, {}, false};
    }

    // 这三天 counts; 这周, 这一周 name a week.
    [[nodiscard]] bool is_counted(std::size_t at) const {
        auto const number = parse_small(text_, at);
        return number && number->value > 1;
    }

    [[nodiscard]] std::optional<FoundTime> vague_recent(std::size_t at) const {
        auto const end = after_any(text_, at, {U"最近", U"近期", U"近来"});
        if (!end) return std::nullopt;
        auto const span = period_span(add_days(now_.date, -29), add_days(now_.date, 1), *end);
        return FoundTime{whole_days(span), *end, Bound::exact, {}, false};
    }

    [[nodiscard]] RangeValue since(Length const& length) const {
        if (length.has_clock_unit) {
            auto const start = reference_.zone.local(reference_.sent_at - seconds{length.seconds});
            return {{shifted(start.date, length, -1), start.time_of_day}, now_, false, now_.date};
        }
        return {{add_days(shifted(now_.date, length, -1), 1), midnight},
                {add_days(now_.date, 1), midnight},
                true,
                now_.date};
    }

    [[nodiscard]] RangeValue following(Length const& length) const {
        if (length.has_clock_unit) {
            auto const end = reference_.zone.local(reference_.sent_at + seconds{length.seconds});
            auto const day = shifted(end.date, length, 1);
            return {now_, {day, end.time_of_day}, false, day};
        }
        auto const last = shifted(now_.date, length, 1);
        return {{add_days(now_.date, 1), midnight}, {add_days(last, 1), midnight}, true, last};
    }

    // 3天后, 半小时内, 过两周, 再过10分钟, 两天前
    [[nodiscard]] std::optional<FoundTime> offset(std::size_t start) const {
        auto const passing = after_any(text_, start, {U"再过", U"过"});
        auto const length = parse_length(text_, passing.value_or(start));
        if (!length || length->is_approximate) return std::nullopt;
        auto const end = skip_blanks(text_, length->end);
        if (auto const within = after_any(text_, end, {U"之内", U"以内", U"内"}); within && text_[*within] != U'部')
            return bound_to(shifted_by(*length, 1, *within), Bound::until, *within);
        if (auto const after = after_any(text_, end, {U"以后", U"之后", U"后"});
            after && !is_one_of(text_[*after], U"面台期续"))
            return shifted_by(*length, 1, *after);
        if (auto const before = after_any(text_, end, {U"以前", U"之前", U"前"});
            before && !is_one_of(text_[*before], U"面台期"))
            return shifted_by(*length, -1, *before);
        if (passing &&
            !ends_any(text_, start, {U"超", U"不", U"通", U"跟进", U"联系", U"来", U"去", U"谈", U"聊", U"见"}) &&
            text_[end] != U'了')
            return shifted_by(*length, 1, length->end);
        return std::nullopt;
    }

    [[nodiscard]] FoundTime shifted_by(Length const& length, int sign, std::size_t end) const {
        if (length.has_clock_unit) {
            auto const at = reference_.zone.local(reference_.sent_at + seconds{sign * length.seconds});
            return {MomentValue{{shifted(at.date, length, sign), at.time_of_day}}, end, Bound::exact, {}, false};
        }
        auto const date = shifted(now_.date, length, sign);
        auto const clock = parse_clock(text_, skip_soft(text_, end), true);
        if (!clock) return {DateValue{date}, end, Bound::exact, {}, false};
        return {MomentValue{{add_days(date, clock->add_days), clock->time}}, clock->end, Bound::exact, {}, false};
    }

    Characters const& text_;
    Reference const& reference_;
    LocalTime now_;
};

}  // namespace

std::optional<FoundTime> parse_time(Characters const& text, std::size_t at, Reference const& reference) {
    return Parser{text, reference}.at(at);
}

}  // namespace wescrm::language
