#include "approvals.hpp"

namespace wescrm::approval {
namespace {

using database::bind;

constexpr std::string_view select =
    "select o.object, '', coalesce(s.mode, 'none'), coalesce(s.above_fen, 0), coalesce(s.above_count, 0), "
    "coalesce(s.version, 1) from unnest(array['order', 'quote', 'discount', 'payment', 'contract', 'invoice', "
    "'export']) with ordinality o(object, nr) left join approval_setting s on s.tenant_id = :tenant and s.object = "
    "o.object";

Setting named(Setting setting) {
    setting.title = title_of(setting.object);
    return setting;
}

std::optional<Setting> find_setting(operation::Context& ctx, std::string const& object) {
    auto found = ctx.sql().record<Setting>(std::string{select} + " where o.object = :object",
                                           {bind("tenant", ctx.tenant()), bind("object", object)});
    if (!found) return std::nullopt;
    return named(std::move(*found));
}

}  // namespace

Result<SettingList> list_settings(operation::Context& ctx, AskSettings const&) {
    auto list = SettingList{};
    for (auto& setting :
         ctx.sql().records<Setting>(std::string{select} + " order by o.nr", {bind("tenant", ctx.tenant())}))
        list.items.push_back(named(std::move(setting)));
    return list;
}

Result<Setting> change_setting(operation::Context& ctx, ChangeSetting const& input) {
    ctx.sql().value<int>("select 1 from tenant where id = :tenant for update", {bind("tenant", ctx.tenant())});
    auto const before = find_setting(ctx, input.object);
    if (!before) return Error{Errc::not_found, "approval_setting", "没有这一类审批设置"};
    if (before->version != input.version) return Error{Errc::stale, "version", "审批设置刚被别人修改过，请刷新后再改"};
    auto const mode = input.mode ? (*input.mode == Mode::superior ? "superior" : "none") : before->mode;
    ctx.sql().execute(
        "insert into approval_setting (tenant_id, object, mode, above_fen, above_count, version, updated_at) values "
        "(:tenant, :object, :mode, :above, :count, 2, :now) on conflict (tenant_id, object) do update set mode = "
        "excluded.mode, above_fen = excluded.above_fen, above_count = excluded.above_count, version = "
        "approval_setting.version + 1, updated_at = excluded.updated_at",
        {bind("tenant", ctx.tenant()), bind("object", input.object), bind("mode", mode),
         bind("above", input.above_fen.value_or(before->above_fen)),
         bind("count", input.above_count.value_or(before->above_count)), bind("now", ctx.now())});
    auto const after = find_setting(ctx, input.object).value();
    auto const changed = operation::difference(operation::write_output(*before), operation::write_output(after));
    ctx.audit({"approval_setting", ctx.tenant().value(), "approval_setting.change", changed.before, changed.after,
               input.object});
    return after;
}

}  // namespace wescrm::approval
