#include "api/message_rules.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <cctype>

namespace wescrm::simulator::api {
namespace {

constexpr auto key_bytes = std::size_t{1024};
constexpr auto id_bytes = std::size_t{128};

std::string card_text_in(json::Value const& object, std::string_view name) {
    return json::find_string(object, name).value_or("");
}
std::int64_t type_of(json::Value const& object) { return json::find_integer(object, "type").value_or(0); }

/// An empty list if the member is absent or no list.
json::Value::ConstArray card_list_in(json::Value const& object, std::string_view name) {
    static auto const none = json::Value{rapidjson::kArrayType};
    auto const* found = json::find(object, name);
    return found != nullptr && found->IsArray() ? found->GetArray() : none.GetArray();
}

bool is_key(std::string const& key) { return !key.empty() && key.size() <= key_bytes; }

/// A place to go to: type 1 needs a URL, type 2 a mini program.
bool has_target(json::Value const& object) {
    if (type_of(object) == 1) return !card_text_in(object, "url").empty();
    if (type_of(object) == 2) return !card_text_in(object, "appid").empty();
    return true;
}

int check_task(World const&, json::Value const& card, bool is_needed) {
    auto const id = card_text_in(card, "task_id");
    if (id.empty()) return is_needed ? 42014 : 0;
    auto const fits = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '@';
    };
    return id.size() > 128 || !std::ranges::all_of(id, fits) ? 42014 : 0;
}

int check_menu(json::Value const& card) {
    auto const* menu = json::find(card, "action_menu");
    if (menu == nullptr) return 0;
    auto const actions = card_list_in(*menu, "action_list");
    if (actions.Empty() || actions.Size() > 3) return 40058;
    auto keys = std::set<std::string>{};
    for (auto const& action : actions) {
        auto const key = card_text_in(action, "key");
        if (!is_key(key)) return 42017;
        if (card_text_in(action, "text").empty()) return 42018;
        if (!keys.insert(key).second) return 42051;
    }
    return 0;
}

int check_rows(World& world, Corp const& corp, json::Value const& card) {
    auto const rows = card_list_in(card, "horizontal_content_list");
    if (rows.Size() > 6) return 42035;
    for (auto const& row : rows) {
        if (card_text_in(row, "keyname").empty()) return 42027;
        auto const type = type_of(row);
        if (type == 1 && card_text_in(row, "url").empty()) return 42028;
        if (type == 2 && card_text_in(row, "media_id").empty()) return 42029;
        if (type == 2 && !has_media(world, corp, card_text_in(row, "media_id"), "")) return 40007;
        if (type == 3 && card_text_in(row, "userid").empty()) return 42050;
    }
    auto const blocks = card_list_in(card, "vertical_content_list");
    if (blocks.Size() > 4) return 42036;
    for (auto const& block : blocks) {
        if (card_text_in(block, "title").empty()) return 42033;
    }
    return 0;
}

int check_jumps(json::Value const& card) {
    auto const jumps = card_list_in(card, "jump_list");
    if (jumps.Size() > 3) return 42042;
    for (auto const& jump : jumps) {
        if (card_text_in(jump, "title").empty()) return 42033;
        if (!has_target(jump)) return 42028;
    }
    return 0;
}

int check_options(json::Value const& object, std::size_t most) {
    auto const options = card_list_in(object, "option_list");
    if (options.Empty() || options.Size() > most) return 42037;
    auto ids = std::set<std::string>{};
    for (auto const& option : options) {
        auto const id = card_text_in(option, "id");
        if (id.empty() || id.size() > id_bytes || !ids.insert(id).second) return 42040;
        if (card_text_in(option, "text").empty()) return 42041;
    }
    return 0;
}

int check_question(json::Value const& object, std::size_t most) {
    if (!is_key(card_text_in(object, "question_key"))) return 42043;
    return check_options(object, most);
}

int check_buttons(json::Value const& card) {
    if (auto const* selection = json::find(card, "button_selection")) {
        if (auto const wrong = check_question(*selection, 10); wrong != 0) return wrong;
    }
    auto const buttons = card_list_in(card, "button_list");
    if (buttons.Empty() || buttons.Size() > 6) return 42038;
    auto keys = std::set<std::string>{};
    for (auto const& button : buttons) {
        if (card_text_in(button, "text").empty()) return 42038;
        if (type_of(button) == 1) {
            if (card_text_in(button, "url").empty()) return 42028;
            continue;
        }
        auto const key = card_text_in(button, "key");
        if (!is_key(key) || !keys.insert(key).second) return 42039;
    }
    return 0;
}

int check_submit(json::Value const& card, bool is_update) {
    auto const* button = json::find(card, "submit_button");
    if (button == nullptr) return is_update ? 0 : 42046;
    if (!is_key(card_text_in(*button, "key"))) return 42046;
    return card_text_in(*button, "text").empty() ? 42049 : 0;
}

int check_vote(json::Value const& card, bool is_update) {
    auto const* box = json::find(card, "checkbox");
    if (box == nullptr) return 42043;
    if (auto const wrong = check_question(*box, 20); wrong != 0) return wrong;
    return check_submit(card, is_update);
}

int check_selects(json::Value const& card, bool is_update) {
    auto const lists = card_list_in(card, "select_list");
    if (lists.Empty() || lists.Size() > 3) return 42047;
    auto keys = std::set<std::string>{};
    for (auto const& list : lists) {
        if (auto const wrong = check_question(list, 10); wrong != 0) return wrong;
        if (!keys.insert(card_text_in(list, "question_key")).second) return 42043;
    }
    return check_submit(card, is_update);
}

int check_card_action(json::Value const& card, bool is_needed) {
    auto const* action = json::find(card, "card_action");
    if (action == nullptr) return is_needed ? 42045 : 0;
    auto const type = type_of(*action);
    if (type > 2 || type < 0 || (is_needed && type == 0)) return 42045;
    return has_target(*action) ? 0 : 42045;
}

int check_card_picture(json::Value const& card) {
    auto const* image = json::find(card, "card_image");
    auto const* area = json::find(card, "image_text_area");
    if (image == nullptr && area == nullptr) return 42044;
    if (image != nullptr) {
        if (card_text_in(*image, "url").empty()) return 42044;
        auto const* ratio = json::find(*image, "aspect_ratio");
        if (ratio != nullptr && (!ratio->IsNumber() || ratio->GetDouble() < 1.3 || ratio->GetDouble() > 2.25))
            return 40058;
    }
    if (area != nullptr && card_text_in(*area, "image_url").empty()) return 42044;
    return area != nullptr && !has_target(*area) ? 42028 : 0;
}

int check_notice(json::Value const& card, bool is_news) {
    auto const* title = json::find(card, "main_title");
    auto const has_title = title != nullptr && !card_text_in(*title, "title").empty();
    if (is_news && !has_title) return 42033;
    if (!is_news && !has_title && card_text_in(card, "sub_title_text").empty()) return 42033;
    if (is_news) {
        if (auto const wrong = check_card_picture(card); wrong != 0) return wrong;
    }
    if (auto const wrong = check_jumps(card); wrong != 0) return wrong;
    return check_card_action(card, true);
}

int check_interaction(json::Value const& card, std::string const& type, bool is_update) {
    auto const* title = json::find(card, "main_title");
    if (title == nullptr || card_text_in(*title, "title").empty()) return 42033;
    if (type == "vote_interaction") return check_vote(card, is_update);
    if (type == "multiple_interaction") return check_selects(card, is_update);
    if (auto const wrong = check_buttons(card); wrong != 0) return wrong;
    return check_card_action(card, false);
}

}  // namespace

bool is_interactive(json::Value const& card) {
    return card_text_in(card, "card_type").ends_with("_interaction") || json::find(card, "action_menu") != nullptr;
}

Answer check_card(World& world, Corp const& corp, json::Value const& card, bool is_update) {
    auto const type = card_text_in(card, "card_type");
    auto const is_notice = type == "text_notice" || type == "news_notice";
    auto const is_interaction =
        type == "button_interaction" || type == "vote_interaction" || type == "multiple_interaction";
    if (!is_notice && !is_interaction) return Answer::fail(42031);
    if (auto const wrong = check_task(world, card, !is_update && is_interactive(card)); wrong != 0) {
        return Answer::fail(wrong);
    }
    if (auto const wrong = check_menu(card); wrong != 0) return Answer::fail(wrong);
    if (auto const* quote = json::find(card, "quote_area"); quote != nullptr && !has_target(*quote)) {
        return Answer::fail(42028);
    }
    if (auto const wrong = check_rows(world, corp, card); wrong != 0) return Answer::fail(wrong);
    auto const wrong = is_notice ? check_notice(card, type == "news_notice") : check_interaction(card, type, is_update);
    return wrong == 0 ? Answer{} : Answer::fail(wrong);
}

}  // namespace wescrm::simulator::api
