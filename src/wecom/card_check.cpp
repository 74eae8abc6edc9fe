#include "checker.hpp"

// The rules of https://developer.work.weixin.qq.com/document/path/90236 for the five template cards, and of path/94888
// for what only an update may have (replace_text, disable).
namespace wescrm::wecom {
namespace {

using CardKeys = std::set<std::string>;

constexpr std::size_t key_bytes = 1'024;
constexpr std::size_t option_id_bytes = 128;
constexpr std::size_t appid_bytes = 128;
constexpr std::size_t path_bytes = 1'024;
constexpr std::size_t media_id_bytes = 256;
constexpr std::size_t checked_userid_bytes = 64;

// Where a tap leads: 0 nowhere, 1 an address, 2 a mini program.
void check_target(Checker& check, json::Value& object) {
    auto const type = json::find_integer(object, "type").value_or(0);
    check.integer(object, "type", 0, 2);
    check.url(object, "url", type == 1);
    check.text(object, "appid", appid_bytes, Cut::never, type == 2);
    check.text(object, "pagepath", path_bytes, Cut::never);
}

void check_options(Checker& check, json::Value& parent, std::size_t most, std::size_t characters, bool has_checks) {
    auto seen = CardKeys{};
    check.list(parent, "option_list", 1, most, [&](json::Value& option) {
        if (has_checks) {
            check.only(option, {"id", "text", "is_checked"});
            if (!json::find(option, "is_checked"))
                json::set(option, "is_checked", json::Value{false}, check.allocator());
            check.boolean(option, "is_checked");
        } else {
            check.only(option, {"id", "text"});
        }
        check.text(option, "id", option_id_bytes, Cut::never, true);
        check.text(option, "text", characters, Cut::characters, true);
        check.unique(seen, option, "id");
    });
}

// A choice of one: button_selection, or an entry of select_list.
void check_selection(Checker& check, json::Value& selection) {
    check.only(selection, {"question_key", "title", "option_list", "selected_id", "disable"});
    check.text(selection, "question_key", key_bytes, Cut::never, true);
    check.text(selection, "title", 13, Cut::characters);
    check.text(selection, "selected_id", option_id_bytes, Cut::never);
    check.boolean(selection, "disable");
    check_options(check, selection, 10, 16, false);
}

void check_source(Checker& check, json::Value& card, bool has_colour) {
    auto* source = check.object(card, "source");
    if (!source) return;
    if (has_colour)
        check.only(*source, {"icon_url", "desc", "desc_color"});
    else
        check.only(*source, {"icon_url", "desc"});
    check.url(*source, "icon_url", false);
    check.text(*source, "desc", 20, Cut::characters);
    check.integer(*source, "desc_color", 0, 3);
}

void check_title(Checker& check, json::Value& card, std::size_t title, std::size_t description, bool is_required) {
    auto* both = check.object(card, "main_title", is_required);
    if (!both) return;
    check.only(*both, {"title", "desc"});
    check.text(*both, "title", title, Cut::characters, is_required);
    check.text(*both, "desc", description, Cut::characters);
}

// Keys are unique within the card (errcode 42051), so the buttons share `keys`.
void check_menu(Checker& check, json::Value& card, CardKeys& keys) {
    auto* menu = check.object(card, "action_menu");
    if (!menu) return;
    check.only(*menu, {"desc", "action_list"});
    check.text(*menu, "desc", 64, Cut::characters);
    check.list(*menu, "action_list", 1, 3, [&](json::Value& action) {
        check.only(action, {"text", "key"});
        check.text(action, "text", 16, Cut::characters, true);
        check.text(action, "key", key_bytes, Cut::never, true);
        check.unique(keys, action, "key");
    });
}

void check_quote(Checker& check, json::Value& card) {
    auto* quote = check.object(card, "quote_area");
    if (!quote) return;
    check.only(*quote, {"type", "url", "appid", "pagepath", "title", "quote_text"});
    check_target(check, *quote);
    check.text(*quote, "title", 64, Cut::characters);
    check.text(*quote, "quote_text", 512, Cut::characters);
}

void check_rows(Checker& check, json::Value& card) {
    check.list(card, "horizontal_content_list", 0, 6, [&](json::Value& row) {
        check.only(row, {"type", "keyname", "value", "url", "media_id", "userid"});
        auto const type = json::find_integer(row, "type").value_or(0);
        check.integer(row, "type", 0, 3);
        check.text(row, "keyname", 5, Cut::characters, true);
        check.text(row, "value", 30, Cut::characters, type == 2);
        check.url(row, "url", type == 1);
        check.text(row, "media_id", media_id_bytes, Cut::never, type == 2);
        check.text(row, "userid", checked_userid_bytes, Cut::never, type == 3);
    });
}

void check_jumps(Checker& check, json::Value& card) {
    check.list(card, "jump_list", 0, 3, [&](json::Value& jump) {
        check.only(jump, {"type", "title", "url", "appid", "pagepath"});
        check_target(check, jump);
        check.text(jump, "title", 18, Cut::characters, true);
    });
}

void check_action(Checker& check, json::Value& card, bool is_required) {
    auto* action = check.object(card, "card_action", is_required);
    if (!action) return;
    check.only(*action, {"type", "url", "appid", "pagepath"});
    check_target(check, *action);
    auto const type = json::find_integer(*action, "type").value_or(0);
    if (is_required && type != 1 && type != 2) check.refuse("card_action.type must be 1 or 2");
}

void check_image(Checker& check, json::Value& card) {
    if (auto* image = check.object(card, "card_image")) {
        check.only(*image, {"url", "aspect_ratio"});
        check.url(*image, "url", true);
        auto const* ratio = json::find(*image, "aspect_ratio");
        if (ratio && !(ratio->IsNumber() && ratio->GetDouble() >= 1.3 && ratio->GetDouble() <= 2.25))
            check.refuse("aspect_ratio must be 1.3 to 2.25");
    }
    if (auto* area = check.object(card, "image_text_area")) {
        check.only(*area, {"type", "url", "appid", "pagepath", "title", "desc", "image_url"});
        check_target(check, *area);
        check.text(*area, "title", 64, Cut::characters);
        check.text(*area, "desc", 160, Cut::characters);
        check.url(*area, "image_url", true);
    }
}

void check_text_notice(Checker& check, json::Value& card) {
    check.only(card, {"card_type", "source", "action_menu", "main_title", "quote_area", "emphasis_content",
                      "sub_title_text", "horizontal_content_list", "jump_list", "card_action"});
    auto keys = CardKeys{};
    check_source(check, card, true);
    check_menu(check, card, keys);
    check_title(check, card, 36, 44, false);
    check_quote(check, card);
    if (auto* emphasis = check.object(card, "emphasis_content")) {
        check.only(*emphasis, {"title", "desc"});
        check.text(*emphasis, "title", 14, Cut::characters);
        check.text(*emphasis, "desc", 22, Cut::characters);
    }
    check.text(card, "sub_title_text", 160, Cut::characters);
    check_rows(check, card);
    check_jumps(check, card);
    check_action(check, card, true);
    auto const* title = json::find(card, "main_title");
    if (!json::find(card, "sub_title_text") && !(title && json::find(*title, "title")))
        check.refuse("a title is missing");
}

void check_news_notice(Checker& check, json::Value& card) {
    check.only(card, {"card_type", "source", "action_menu", "main_title", "quote_area", "image_text_area", "card_image",
                      "vertical_content_list", "horizontal_content_list", "jump_list", "card_action"});
    auto keys = CardKeys{};
    check_source(check, card, true);
    check_menu(check, card, keys);
    check_title(check, card, 36, 44, true);
    check_quote(check, card);
    check_image(check, card);
    if (!json::find(card, "card_image") && !json::find(card, "image_text_area")) check.refuse("card_image is missing");
    check.list(card, "vertical_content_list", 0, 4, [&](json::Value& row) {
        check.only(row, {"title", "desc"});
        check.text(row, "title", 38, Cut::characters, true);
        check.text(row, "desc", 160, Cut::characters);
    });
    check_rows(check, card);
    check_jumps(check, card);
    check_action(check, card, true);
}

void check_buttons(Checker& check, json::Value& card, CardKeys& keys) {
    check.list(card, "button_list", 1, 6, [&](json::Value& button) {
        check.only(button, {"type", "text", "style", "key", "url"});
        auto const is_link = json::find_integer(button, "type").value_or(0) == 1;
        check.integer(button, "type", 0, 1);
        check.integer(button, "style", 1, 4);
        check.text(button, "text", 10, Cut::characters, true);
        check.text(button, "key", key_bytes, Cut::never, !is_link);
        check.url(button, "url", is_link);
        check.unique(keys, button, "key");
    });
}

void check_button_interaction(Checker& check, json::Value& card) {
    check.only(card, {"card_type", "source", "action_menu", "main_title", "quote_area", "sub_title_text",
                      "horizontal_content_list", "card_action", "button_selection", "button_list", "replace_text"});
    auto keys = CardKeys{};
    check_source(check, card, true);
    check_menu(check, card, keys);
    check_title(check, card, 36, 44, true);
    check_quote(check, card);
    check.text(card, "sub_title_text", 160, Cut::characters);
    check_rows(check, card);
    check_action(check, card, false);
    if (auto* selection = check.object(card, "button_selection")) check_selection(check, *selection);
    check_buttons(check, card, keys);
    check.text(card, "replace_text", 10, Cut::characters);
}

// An answered card may come without its button: replace_text stands in its place.
void check_submit(Checker& check, json::Value& card) {
    check.text(card, "replace_text", 10, Cut::characters);
    auto* submit = check.object(card, "submit_button", json::find(card, "replace_text") == nullptr);
    if (!submit) return;
    check.only(*submit, {"text", "key"});
    check.text(*submit, "text", 10, Cut::characters, true);
    check.text(*submit, "key", key_bytes, Cut::never, true);
}

void check_vote(Checker& check, json::Value& card) {
    check.only(card, {"card_type", "source", "main_title", "checkbox", "submit_button", "replace_text"});
    check_source(check, card, false);
    check_title(check, card, 16, 160, true);
    if (auto* checkbox = check.object(card, "checkbox", true)) {
        check.only(*checkbox, {"question_key", "option_list", "mode", "disable"});
        check.text(*checkbox, "question_key", key_bytes, Cut::never, true);
        check.integer(*checkbox, "mode", 0, 1);
        check.boolean(*checkbox, "disable");
        check_options(check, *checkbox, 20, 17, true);
    }
    check_submit(check, card);
}

void check_multiple(Checker& check, json::Value& card) {
    check.only(card, {"card_type", "source", "main_title", "select_list", "submit_button", "replace_text"});
    check_source(check, card, false);
    check_title(check, card, 36, 160, true);
    auto keys = CardKeys{};
    check.list(card, "select_list", 1, 3, [&](json::Value& select) {
        check_selection(check, select);
        check.unique(keys, select, "question_key");
    });
    check_submit(check, card);
}

}  // namespace

void check_card(Checker& check, json::Value& card) {
    auto const type = json::find_string(card, "card_type").value_or("");
    if (type == "text_notice") return check_text_notice(check, card);
    if (type == "news_notice") return check_news_notice(check, card);
    if (type == "button_interaction") return check_button_interaction(check, card);
    if (type == "vote_interaction") return check_vote(check, card);
    if (type == "multiple_interaction") return check_multiple(check, card);
    check.refuse("card_type is unknown: " + without_controls(type));
}

}  // namespace wescrm::wecom
