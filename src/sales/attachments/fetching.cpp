#include "store.hpp"

// What lies with WeCom is fetched: each try sets the next one before it begins, so that a crash loses nothing.
namespace wescrm::sales {
namespace {

using database::bind;

constexpr int most_attempts = 8;
constexpr auto first_wait = seconds{90};  // longer than one download may take
constexpr auto longest_wait = hours{6};

void tell_author(operation::Context& ctx, AttachmentId id, std::string const& why) {
    auto const author =
        ctx.sql().value<EmployeeId>("select author_id from attachment where tenant_id = :tenant and id = :id",
                                    {bind("tenant", ctx.tenant()), bind("id", id)});
    auto notice = operation::Notice{};
    notice.effect_key = "attachment:" + std::to_string(id.value());
    notice.to = author.value();
    notice.kind = "attachment_failed";
    notice.data = json::Document{rapidjson::kObjectType};
    json::set(notice.data, "why", why, notice.data.GetAllocator());
    ctx.outbox().tell(notice);
}

}  // namespace

std::optional<std::string> begin_fetch(operation::Context& ctx, AttachmentId id) {
    auto const row = ctx.sql().row<std::string, int>(
        "update attachment set attempts = attempts + 1 where tenant_id = :tenant and id = :id and state = 'waiting' "
        "returning media_id, attempts",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!row) return std::nullopt;
    auto const& [media_id, attempts] = *row;
    if (attempts > most_attempts) {
        give_up_fetch(ctx, id, "多次没有从企业微信取到");
        return std::nullopt;
    }
    auto const wait = std::min<seconds>(first_wait * (1 << (attempts - 1)), longest_wait);
    ctx.timers().schedule({"media_fetch", "attachment", id.value(), ctx.now() + wait});
    return media_id;
}

void finish_fetch(operation::Context& ctx, AttachmentId id, std::string const& content, std::string const& file_name) {
    auto attachments = Attachments{ctx};
    auto const waiting = attachments.lock(id);
    if (!waiting || waiting->state != "waiting") return;
    auto const kind = file_kind(content, file_name);
    if (!kind)
        return give_up_fetch(ctx, id,
                             kind.error().fields.empty() ? kind.error().message : kind.error().fields.front().message);
    attachments.fill(id, *kind, safe_file_name(file_name, *kind), content);
    ctx.timers().cancel("attachment", id.value());
}

void give_up_fetch(operation::Context& ctx, AttachmentId id, std::string const& why) {
    auto attachments = Attachments{ctx};
    auto const waiting = attachments.lock(id);
    if (!waiting || waiting->state != "waiting") return;
    attachments.fail(id, why);
    ctx.timers().cancel("attachment", id.value());
    tell_author(ctx, id, why);
}

}  // namespace wescrm::sales
