#include "followup_comments.hpp"
#include "rows.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/followup_comment.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

// Colleagues who are mentioned in a follow-up. A mention opens nothing: it is for those who see the record anyway.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Power;

constexpr std::int64_t looked_at = 24;
constexpr std::int64_t default_readers = 6;
constexpr std::int64_t most_readers = 20;

struct AskReaders {
    TargetType target_type = TargetType::customer;
    RecordId target_id;
    std::optional<std::string> q;  ///< part of the name, or the beginning of the user id
    std::optional<std::int64_t> limit;
};
BOOST_DESCRIBE_STRUCT(AskReaders, (), (target_type, target_id, q, limit))

std::vector<FieldRule> field_rules(AskReaders const*) {
    return {{"target_type", "对象类型"},
            {"target_id", "对象"},
            {"q", "姓名"},
            {"limit", "数量", {.min = 1, .max = most_readers}}};
}

struct Reader {
    UserId user_id;
    std::string name;
    std::string department;
};
BOOST_DESCRIBE_STRUCT(Reader, (), (user_id, name, department))
struct Readers {
    std::vector<Reader> items;
};
BOOST_DESCRIBE_STRUCT(Readers, (), (items))

bool sees(operation::Context& ctx, UserId const& user, std::string_view kind, std::int64_t id) {
    auto const reader = operation::load_actor(ctx.sql(), ctx.tenant(), user, operation::Channel::timer);
    return reader && ctx.scope_of(*reader).allows(kind, Power::read, id);
}

// Those of the actor's own department first: they are meant most often.
std::vector<Reader> colleagues(operation::Context& ctx, std::string const& words) {
    return ctx.sql().records<Reader>(
        "select e.user_id, e.name, coalesce(d.name, '') from employee e left join department d on d.tenant_id = "
        "e.tenant_id and d.id = e.main_department_id where e.tenant_id = :tenant and e.status = 'active' and e.id <> "
        ":me "
        "and (e.name like :part or lower(e.user_id) like :part) order by e.main_department_id is distinct from (select "
        "main_department_id from employee where tenant_id = :tenant and id = :me), e.name, e.id limit :limit",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee),
         bind("part", contains_pattern(text::to_lower(words))), bind("limit", looked_at)});
}

Result<Readers> find_readers(operation::Context& ctx, AskReaders const& input) {
    auto const kind = std::string{boost::describe::enum_to_string(input.target_type, "")};
    auto const id = input.target_id.value();
    if (!ctx.scope().allows(kind, Power::read, id)) return Error{Errc::not_found, kind, "没有这条记录，或您看不到它"};
    auto found = Readers{};
    auto const limit = static_cast<std::size_t>(input.limit.value_or(default_readers));
    for (auto& one : colleagues(ctx, std::string{text::trim(input.q.value_or(""))})) {
        if (found.items.size() == limit) break;
        if (sees(ctx, one.user_id, kind, id)) found.items.push_back(std::move(one));
    }
    return found;
}

struct MentionPeople {
    FollowupId id;
    std::vector<UserId> user_ids;
};
BOOST_DESCRIBE_STRUCT(MentionPeople, (), (id, user_ids))
std::vector<FieldRule> field_rules(MentionPeople const*) {
    return {{"id", "跟进"}, {"user_ids", "提到的人", {.max_items = 20}}};
}

struct Mentioned {
    std::vector<Mention> told;
    std::vector<UserId> left_out;  ///< who do not see the follow-up, or do not work here
};
BOOST_DESCRIBE_STRUCT(Mentioned, (), (told, left_out))

void tell(operation::Context& ctx, Followup const& followup, operation::Actor const& to) {
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "author_name", ctx.actor().name, allocator);
    json::set(data, "followup_id", std::to_string(followup.id.value()), allocator);
    json::set(data, "target_name", followup.customer_name.value_or("线索的跟进"), allocator);
    json::set(data, "content", text::truncate(followup.content, told_length), allocator);
    auto notice = operation::Notice{};
    notice.effect_key = "mention:" + std::to_string(followup.id.value()) + ":" + std::to_string(to.employee.value());
    notice.to = to.employee;
    notice.kind = "followup_mentioned";
    notice.data = std::move(data);
    notice.source_kind = "followup";
    notice.source_id = followup.id.value();
    ctx.outbox().tell(notice);
}

// By its author; a second time tells nobody twice.
Result<Mentioned> mention(operation::Context& ctx, MentionPeople const& input) {
    auto const followup = show_followup(ctx, {input.id, {}});
    if (!followup) return followup.error();
    if (followup->author_user_id != ctx.actor().user_id)
        return Error{Errc::forbidden, "followup_author", "只有写跟进的人可以在其中提到同事"};
    auto done = Mentioned{};
    for (auto const& user : input.user_ids) {
        if (user == ctx.actor().user_id || std::ranges::find(done.told, user, &Mention::user_id) != done.told.end())
            continue;
        auto const person = operation::load_actor(ctx.sql(), ctx.tenant(), user, operation::Channel::timer);
        if (!person || !ctx.scope_of(*person).allows("followup", Power::read, input.id.value())) {
            done.left_out.push_back(user);
            continue;
        }
        tell(ctx, *followup, *person);
        done.told.push_back({user, person->name});
    }
    ctx.audit({"followup", input.id.value(), "followup.mention", "{}", json::write(operation::write_output(done)), ""});
    return done;
}

constexpr Operation<AskReaders, Readers> followup_readers{
    "followup.readers", "可以提到的同事", "followup.view", Effect::reads, find_readers, {"GET", "/followup-readers"}};
constexpr Operation<MentionPeople, Mentioned> followup_mention{"followup.mention",
                                                               "在跟进中提到同事",
                                                               "followup.create",
                                                               Effect::writes,
                                                               mention,
                                                               {"POST", "/followups/{id}/mentions"}};

}  // namespace

void add_mention_operations(operation::Catalogue& catalogue) {
    catalogue.add(followup_readers);
    catalogue.add(followup_mention);
}

}  // namespace wescrm::sales
