#include "message_check.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <wescrm/base/text.hpp>

namespace wescrm::wecom {
namespace {

enum class Cut { characters, bytes, never };

// Walks a payload, cutting texts and remembering the first thing that WeCom would refuse.
class Checker {
public:
    explicit Checker(json::Allocator& allocator) : allocator_{allocator} {}

    void refuse(std::string problem) {
        if (!problem_) problem_ = std::move(problem);
    }
    [[nodiscard]] std::optional<std::string> problem() const { return problem_; }

    // A text member: cut to its limit, or refused where a cut text would mean something else (keys, URLs).
    void text(json::Value& object, char const* name, std::size_t limit, Cut cut, bool is_required = false) {
        auto const* found = json::find(object, name);
        if (!found || (found->IsString() && found->GetStringLength() == 0)) {
            if (is_required) refuse(std::string{name} + " is missing");
            else if (found) object.RemoveMember(name);
            return;
        }
        if (!found->IsString() || !text::is_valid_utf8(json::view(*found))) return refuse(std::string{name} + " is no text");
        auto const value = std::string{json::view(*found)};
        if (cut == Cut::never && value.size() > limit) return refuse(std::string{name} + " is longer than " + std::to_string(limit) + " bytes");
        if (cut == Cut::characters) json::set(object, name, text::truncate(value, limit), allocator_);
        if (cut == Cut::bytes) json::set(object, name, text::truncate_bytes(value, limit), allocator_);
    }
    void url(json::Value& object, char const* name, bool is_required) {
        text(object, name, 2'048, Cut::never, is_required);
        auto const value = json::find_string(object, name);
        if (value && !value->starts_with("http://") && !value->starts_with("https://")) refuse(std::string{name} + " is no http address");
    }
    // An array of objects: refused when too long (leaving entries out would change the meaning) or too short.
    template <class Each>
    void list(json::Value& object, char const* name, std::size_t least, std::size_t most, Each each) {
        auto const member = object.FindMember(name);
        if (member == object.MemberEnd()) {
            if (least > 0) refuse(std::string{name} + " is missing");
            return;
        }
        if (!member->value.IsArray() || member->value.Size() < least || member->value.Size() > most)
            return refuse(std::string{name} + " must have " + std::to_string(least) + " to " + std::to_string(most) + " entries");
        for (auto& entry : member->value.GetArray()) {
            if (!entry.IsObject()) return refuse(std::string{name} + " has an entry that is no object");
            each(entry);
        }
    }
    json::Value* object(json::Value& parent, char const* name, bool is_required = false) {
        auto const member = parent.FindMember(name);
        if (member == parent.MemberEnd()) {
            if (is_required) refuse(std::string{name} + " is missing");
            return nullptr;
        }
        if (member->value.IsObject()) return &member->value;
        refuse(std::string{name} + " is no object");
        return nullptr;
    }
    void unique(std::set<std::string>& seen, json::Value const& object, char const* name) {
        auto const value = json::find_string(object, name);
        if (value && !seen.insert(*value).second) refuse(std::string{name} + " stands twice: " + *value);
    }
    void only(json::Value const& card, std::initializer_list<std::string_view> allowed) {
        for (auto const& member : card.GetObject())
            if (std::find(allowed.begin(), allowed.end(), json::view(member.name)) == allowed.end())
                refuse(std::string{json::view(member.name)} + " does not exist in this type");
    }

private:
    json::Allocator& allocator_;
    std::optional<std::string> problem_;
};

void check_target(Checker& check, json::Value& object) {
    auto const type = json::find_integer(object, "type").value_or(0);
    if (type < 0 || type > 3) check.refuse("type must be 0 to 3");
    check.url(object, "url", type == 1);
    check.text(object, "appid", 128, Cut::never, false);
}

void check_options(Checker& check, json::Value& parent, std::size_t most, std::size_t characters) {
    auto seen = std::set<std::string>{};
    check.list(parent, "option_list", 1, most, [&](json::Value& option) {
        check.text(option, "id", 128, Cut::never, true);
        check.text(option, "text", characters, Cut::characters, true);
        check.unique(seen, option, "id");
    });
}

void check_head(Checker& check, json::Value& card, std::string_view type) {
    if (auto* source = check.object(card, "source")) {
        check.url(*source, "icon_url", false);
        check.text(*source, "desc", 20, Cut::characters);
    }
    auto const is_choice = type == "vote_interaction" || type == "multiple_interaction";
    if (auto* title = check.object(card, "main_title", type != "text_notice")) {
        check.text(*title, "title", type == "vote_interaction" ? 16 : 36, Cut::characters, type != "text_notice");
        check.text(*title, "desc", is_choice ? 160 : 44, Cut::characters);
    }
    check.text(card, "sub_title_text", 160, Cut::characters);
    if (auto* menu = check.object(card, "action_menu")) {
        auto seen = std::set<std::string>{};
        check.text(*menu, "desc", 64, Cut::characters);
        check.list(*menu, "action_list", 1, 3, [&](json::Value& action) {
            check.text(action, "text", 16, Cut::characters, true);
            check.text(action, "key", 1'024, Cut::never, true);
            check.unique(seen, action, "key");
        });
    }
}

void check_body(Checker& check, json::Value& card) {
    if (auto* quote = check.object(card, "quote_area")) {
        check_target(check, *quote);
        check.text(*quote, "title", 64, Cut::characters);
        check.text(*quote, "quote_text", 512, Cut::characters);
    }
    if (auto* emphasis = check.object(card, "emphasis_content")) {
        check.text(*emphasis, "title", 14, Cut::characters);
        check.text(*emphasis, "desc", 22, Cut::characters);
    }
    check.list(card, "horizontal_content_list", 0, 6, [&](json::Value& row) {
        auto const type = json::find_integer(row, "type").value_or(0);
        check.text(row, "keyname", 5, Cut::characters, true);
        check.text(row, "value", 30, Cut::characters);
        check.url(row, "url", type == 1);
        check.text(row, "media_id", 256, Cut::never, type == 2);
        check.text(row, "userid", 64, Cut::never, type == 3);
    });
    check.list(card, "vertical_content_list", 0, 4, [&](json::Value& row) {
        check.text(row, "title", 38, Cut::characters, true);
        check.text(row, "desc", 160, Cut::characters);
    });
    check.list(card, "jump_list", 0, 3, [&](json::Value& jump) {
        check_target(check, jump);
        check.text(jump, "title", 18, Cut::characters, true);
    });
    if (auto* image = check.object(card, "card_image")) check.url(*image, "url", true);
    if (auto* area = check.object(card, "image_text_area")) {
        check_target(check, *area);
        check.url(*area, "image_url", true);
    }
    if (auto* action = check.object(card, "card_action")) check_target(check, *action);
    check.text(card, "replace_text", 10, Cut::characters);
}

void check_interaction(Checker& check, json::Value& card) {
    auto keys = std::set<std::string>{};
    check.list(card, "button_list", 1, 6, [&](json::Value& button) {
        auto const is_link = json::find_integer(button, "type").value_or(0) == 1;
        check.text(button, "text", 10, Cut::characters, true);
        check.text(button, "key", 1'024, Cut::never, !is_link);
        check.url(button, "url", is_link);
        check.unique(keys, button, "key");
    });
    if (auto* selection = check.object(card, "button_selection")) {
        check.text(*selection, "question_key", 1'024, Cut::never, true);
        check_options(check, *selection, 10, 16);
    }
}

void check_submit(Checker& check, json::Value& card) {
    auto* submit = check.object(card, "submit_button", json::find(card, "replace_text") == nullptr);
    if (!submit) return;
    check.text(*submit, "text", 10, Cut::characters, true);
    check.text(*submit, "key", 1'024, Cut::never, true);
}

void check_card(Checker& check, json::Value& card) {
    auto const type = json::find_string(card, "card_type").value_or("");
    if (type != "text_notice" && type != "news_notice" && type != "button_interaction" && type != "vote_interaction" &&
        type != "multiple_interaction")
        return check.refuse("card_type is unknown: " + type);
    check_head(check, card, type);
    check_body(check, card);
    if (type == "text_notice") {
        check.only(card, {"card_type", "source", "action_menu", "main_title", "quote_area", "emphasis_content", "sub_title_text",
                          "horizontal_content_list", "jump_list", "card_action", "replace_text"});
        auto const* title = json::find(card, "main_title");
        if (!json::find(card, "sub_title_text") && !(title && json::find(*title, "title"))) check.refuse("a title is missing");
        static_cast<void>(check.object(card, "card_action", true));
    } else if (type == "news_notice") {
        check.only(card, {"card_type", "source", "action_menu", "main_title", "quote_area", "image_text_area", "card_image",
                          "vertical_content_list", "horizontal_content_list", "jump_list", "card_action", "replace_text"});
        if (!json::find(card, "card_image") && !json::find(card, "image_text_area")) check.refuse("card_image is missing");
        static_cast<void>(check.object(card, "card_action", true));
    } else if (type == "button_interaction") {
        check.only(card, {"card_type", "source", "action_menu", "main_title", "quote_area", "sub_title_text", "horizontal_content_list",
                          "card_action", "button_selection", "button_list", "replace_text"});
        check_interaction(check, card);
    } else if (type == "vote_interaction") {
        check.only(card, {"card_type", "source", "main_title", "checkbox", "submit_button", "replace_text"});
        if (auto* checkbox = check.object(card, "checkbox", true)) {
            check.text(*checkbox, "question_key", 1'024, Cut::never, true);
            check_options(check, *checkbox, 20, 17);
        }
        check_submit(check, card);
    } else {
        check.only(card, {"card_type", "source", "main_title", "select_list", "submit_button", "replace_text"});
        auto keys = std::set<std::string>{};
        check.list(card, "select_list", 1, 3, [&](json::Value& select) {
            check.text(select, "question_key", 1'024, Cut::never, true);
            check.unique(keys, select, "question_key");
            check_options(check, select, 10, 16);
        });
        check_submit(check, card);
    }
    if (json::find(card, "card_action") && type != "button_interaction") {
        auto const kind = json::find_integer(*json::find(card, "card_action"), "type").value_or(0);
        if (kind != 1 && kind != 2) check.refuse("card_action.type must be 1 or 2");
    }
}

void check_articles(Checker& check, json::Value& news) {
    check.list(news, "articles", 1, 8, [&](json::Value& article) {
        check.text(article, "title", 128, Cut::bytes, true);
        check.text(article, "description", 512, Cut::bytes);
        check.url(article, "url", !json::find(article, "appid"));
        check.url(article, "picurl", false);
    });
}

}  // namespace

std::optional<std::string> check_payload(json::Value& payload, json::Allocator& allocator) {
    auto check = Checker{allocator};
    auto const type = json::find_string(payload, "msgtype").value_or("");
    auto* body = payload.IsObject() && !type.empty() ? check.object(payload, type.c_str(), true) : nullptr;
    if (!body) return "msgtype or its object is missing";
    check.only(payload, {"msgtype", type});
    if (type == "text" || type == "markdown") {
        check.text(*body, "content", 2'048, Cut::bytes, true);
    } else if (type == "textcard") {
        check.text(*body, "title", 128, Cut::bytes, true);
        check.text(*body, "description", 512, Cut::bytes, true);
        check.url(*body, "url", true);
        check.text(*body, "btntxt", 4, Cut::characters);
    } else if (type == "news") {
        check_articles(check, *body);
    } else if (type == "image" || type == "file" || type == "voice") {
        check.text(*body, "media_id", 256, Cut::never, true);
    } else if (type == "template_card") {
        check_card(check, *body);
    } else {
        return "msgtype is unknown: " + type;
    }
    return check.problem();
}

}  // namespace wescrm::wecom
