#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/base/result.hpp>

#include <string_view>

namespace wescrm::bot {

/// Turns config/menu.json (comments allowed; {"groups": [{"name", "items": [{"name", "intent" | "path"}]}]}) into the
/// body of WeCom's menu/create. An item with an intent becomes a click with it as key; one with a path becomes a link
/// below `public_url` that names the company (`?corp=`). invalid_input "menu" naming the entry that WeCom would refuse
/// (https://developer.work.weixin.qq.com/document/path/90231).
[[nodiscard]] Result<json::Document> menu_body(std::string_view menu_json, std::string_view public_url,
                                               std::string_view corp_id = {});

}  // namespace wescrm::bot
