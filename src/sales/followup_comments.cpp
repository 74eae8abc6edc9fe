#include "followup_comments.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/followup_comment.hpp>

#include <algorithm>
#include <map>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

struct Row {
    CommentId id;
    FollowupId followup_id;
    std::optional<CommentId> parent_id;
    std::string content;
    UserId author_user_id;
    std::string author_name;
    std::vector<std::int64_t> mentions;
    Instant created_at;
};
BOOST_DESCRIBE_STRUCT(Row, (), (id, followup_id, parent_id, content, author_user_id, author_name, mentions, created_at))

std::vector<Comment> comments_of(operation::Context& ctx, FollowupId followup, std::optional<CommentId> only = {}) {
    auto const rows = ctx.sql().records<Row>(
        "select m.id, m.followup_id, m.parent_id, m.content, a.user_id, a.name, m.mention_ids, m.created_at from "
        "followup_comment m join employee a on a.tenant_id = m.tenant_id and a.id = m.author_id where m.tenant_id = "
        ":tenant and m.followup_id = :followup and (:only::bigint is null or m.id = :only::bigint) order by "
        "m.created_at, m.parent_id nulls first, m.id",
        {bind("tenant", ctx.tenant()), bind("followup", followup), bind("only", only)});
    auto ids = std::vector<std::int64_t>{};
    for (auto const& row : rows) ids.insert(ids.end(), row.mentions.begin(), row.mentions.end());
    auto people = std::map<std::int64_t, Mention>{};
    if (!ids.empty())
        for (auto& [id, user, name] : ctx.sql().rows<std::int64_t, UserId, std::string>(
                 "select id, user_id, name from employee where tenant_id = :tenant and id = any(:ids::bigint[])",
                 {bind("tenant", ctx.tenant()), bind("ids", ids)}))
            people[id] = {user, name};
    auto comments = std::vector<Comment>{};
    for (auto const& row : rows) {
        auto comment = Comment{row.id, row.followup_id, row.parent_id, row.content, row.author_user_id, row.author_name,
                               {},     row.created_at};
        for (auto const id : row.mentions)
            if (auto const known = people.find(id); known != people.end()) comment.mentions.push_back(known->second);
        comments.push_back(std::move(comment));
    }
    return comments;
}

// Whoever is mentioned reads the follow-up by himself: a mention opens nothing.
Result<std::vector<EmployeeId>> mentioned(operation::Context& ctx, WriteComment const& input) {
    auto ids = std::vector<EmployeeId>{};
    for (std::size_t n = 0; n < input.mention_user_ids.size(); ++n) {
        auto const field = "mention_user_ids[" + std::to_string(n) + "]";
        auto const reader =
            operation::load_actor(ctx.sql(), ctx.tenant(), input.mention_user_ids[n], operation::Channel::timer);
        if (!reader) return invalid_field(field, "没有这位在职员工");
        if (!ctx.scope_of(*reader).allows("followup", operation::Power::read, input.id.value()))
            return invalid_field(field, reader->name + " 看不到这条跟进，请先把客户共享给他");
        if (std::ranges::find(ids, reader->employee) == ids.end()) ids.push_back(reader->employee);
    }
    return ids;
}

void tell(operation::Context& ctx, Comment const& comment, Followup const& followup, EmployeeId to,
          std::string_view change) {
    auto data = operation::write_output(comment);
    auto& allocator = data.GetAllocator();
    json::set(data, "content", text::truncate(comment.content, told_length), allocator);
    json::set(data, "change", change, allocator);
    json::set(data, "customer_name", followup.customer_name.value_or(""), allocator);
    json::set(data, "followup", text::truncate(followup.content, told_length), allocator);
    auto notice = operation::Notice{};
    notice.effect_key = "comment:" + std::to_string(comment.id.value()) + ":" + std::to_string(to.value());
    notice.to = to;
    notice.kind = "followup_commented";
    notice.data = std::move(data);
    notice.source_kind = "followup";
    notice.source_id = followup.id.value();
    ctx.outbox().tell(notice);
}

// Whose comment is answered, if it is somebody else's and he still sees the follow-up.
std::optional<EmployeeId> answered_person(operation::Context& ctx, WriteComment const& input) {
    if (!input.parent_id) return std::nullopt;
    auto const who = ctx.sql().value<EmployeeId>(
        "select c.author_id from followup_comment c join employee e on e.tenant_id = c.tenant_id and e.id = "
        "c.author_id where c.tenant_id = :tenant and c.id = :id and e.status = 'active'",
        {bind("tenant", ctx.tenant()), bind("id", *input.parent_id)});
    if (!who || *who == ctx.actor().employee) return std::nullopt;
    auto const reader = operation::load_actor(ctx.sql(), ctx.tenant(), *who, operation::Channel::timer);
    if (!reader || !ctx.scope_of(*reader).allows("followup", operation::Power::read, input.id.value()))
        return std::nullopt;
    return who;
}

}  // namespace

std::vector<FieldRule> field_rules(WriteComment const*) {
    return {{"content", "评论", {.max_length = 1'000}},
            {"parent_id", "回复的评论"},
            {"mention_user_ids", "提到的人", {.max_items = 20}}};
}

Result<Comment> write_comment(operation::Context& ctx, WriteComment const& input) {
    if (ctx.actor().is_system()) return Error{Errc::forbidden, "comment_author", "评论需要由员工本人填写"};
    auto const followup = show_followup(ctx, {input.id, {}});
    if (!followup) return followup.error();
    if (input.parent_id && comments_of(ctx, input.id, input.parent_id).empty())
        return invalid_field("parent_id", "这条跟进没有这个评论");
    auto const people = mentioned(ctx, input);
    if (!people) return people.error();
    auto const id = ctx.sql()
                        .value<CommentId>(
                            "insert into followup_comment (tenant_id, followup_id, parent_id, content, author_id, "
                            "mention_ids, created_at) values (:tenant, :followup, :parent, :content, :author, "
                            ":mentions, :now) returning id",
                            {bind("tenant", ctx.tenant()), bind("followup", input.id), bind("parent", input.parent_id),
                             bind("content", input.content), bind("author", ctx.actor().employee),
                             bind("mentions", *people), bind("now", ctx.now())})
                        .value();
    auto comment = comments_of(ctx, input.id, id).front();
    for (auto const to : *people)
        if (to != ctx.actor().employee) tell(ctx, comment, *followup, to, "在跟进评论中提到了您");
    auto const author = ctx.sql().value<EmployeeId>(
        "select e.id from employee e where e.tenant_id = :tenant and e.user_id = :user and e.status = 'active'",
        {bind("tenant", ctx.tenant()), bind("user", followup->author_user_id)});
    auto const is_mentioned = author && std::ranges::find(*people, *author) != people->end();
    if (author && *author != ctx.actor().employee && !is_mentioned)
        tell(ctx, comment, *followup, *author, "评论了您的跟进");
    if (auto const answered = answered_person(ctx, input);
        answered && answered != author && std::ranges::find(*people, *answered) == people->end())
        tell(ctx, comment, *followup, *answered, "回复了您的评论");
    ctx.audit(
        {"followup", input.id.value(), "followup.comment", "{}", json::write(operation::write_output(comment)), ""});
    return comment;
}

Result<Comments> list_comments(operation::Context& ctx, CommentsOf const& input) {
    if (auto const followup = show_followup(ctx, {input.id, {}}); !followup) return followup.error();
    return Comments{comments_of(ctx, input.id)};
}

namespace {

constexpr Operation<WriteComment, Comment> followup_comment{
    "followup.comment", "评论跟进",    "followup.view",
    Effect::writes,     write_comment, {"POST", "/followups/{id}/comments", 201}};
constexpr Operation<CommentsOf, Comments> followup_comments{"followup.comments", "跟进的评论",
                                                            "followup.view",     Effect::reads,
                                                            list_comments,       {"GET", "/followups/{id}/comments"}};

}  // namespace

void add_comment_operations(operation::Catalogue& catalogue) {
    catalogue.add(followup_comment);
    catalogue.add(followup_comments);
    add_mention_operations(catalogue);
    add_followup_state_operation(catalogue);
}

}  // namespace wescrm::sales
