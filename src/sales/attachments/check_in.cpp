#include <wescrm/base/text.hpp>
#include <wescrm/sales/attachment.hpp>

#include <cmath>

// Being somewhere is a follow-up with a place.
namespace wescrm::sales {

using database::bind;
using operation::FieldRule;

std::vector<FieldRule> field_rules(CheckIn const*) {
    return {{"target_type", "对象类型"},
            {"target_id", "对象"},
            {"latitude", "纬度", {}, "31.2304"},
            {"longitude", "经度", {}, "121.4737"},
            {"address", "地址", {.max_length = 300}, "上海市黄浦区人民大道"},
            {"content", "跟进内容", {.max_length = 2'000}},
            {"next_contact_at", "下次联系时间", {}, "下周三下午3点"}};
}

Result<Followup> check_in(operation::Context& ctx, CheckIn const& input) {
    if (input.latitude.has_value() != input.longitude.has_value())
        return invalid_field(input.latitude ? "longitude" : "latitude", "纬度和经度要一起填写");
    if (input.latitude && !(std::abs(*input.latitude) <= 90)) return invalid_field("latitude", "应在 -90 到 90 之间");
    if (input.longitude && !(std::abs(*input.longitude) <= 180))
        return invalid_field("longitude", "应在 -180 到 180 之间");
    if (text::trim(input.address).empty()) return invalid_field("address", "请填写地点");
    auto followup = CreateFollowup{};
    followup.target_type = input.target_type;
    followup.target_id = input.target_id;
    followup.method = Method::visit;
    followup.next_contact_at = input.next_contact_at;
    auto const said = input.content ? std::string{text::trim(*input.content)} : std::string{};
    followup.content = said.empty() ? "签到：" + input.address : said;
    auto made = create_followup(ctx, followup);
    if (!made) return made;
    ctx.sql().execute(
        "insert into followup_place (tenant_id, followup_id, latitude, longitude, address) values (:tenant, :id, "
        ":latitude, :longitude, :address)",
        {bind("tenant", ctx.tenant()), bind("id", made->id), bind("latitude", input.latitude),
         bind("longitude", input.longitude), bind("address", input.address)});
    return made;
}

}  // namespace wescrm::sales
