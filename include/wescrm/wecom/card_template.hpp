#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/base/result.hpp>
#include <wescrm/wecom/message.hpp>

#include <map>
#include <string>
#include <string_view>

namespace wescrm::wecom {

/// The wording of messages and cards: templates/cards/<kind>.json, each the payload of one message as WeCom wants it
/// (msgtype and its object, comments allowed) with four additions:
///   "{customer.name}"   in a string: the member of the data, shown as text; "" if absent, or what stands behind "|":
///   "{label.level|级别}"; "{{" is a brace
///   "$if": "path"       in an object: it is left out when the value is absent, null, false, "" or an empty list;
///                       "$if": "!path" when it is there
///   "$each": "path"     in an object that stands in an array: repeated for every element, whose members are found as
///   "{item.name}"
///   "$lines": […]       an object that becomes one text of several lines: strings, or {"$if" or "$each": …, "$text":
///   "a line"}; with "$messages": "path" beside "$each" every line is followed by what the messages there,
///   {"kind", "data"}, say when they are filled
/// In text, textcard and markdown messages the data's own "<" (in markdown "[", "*", "`" too) become look-alikes, so
/// that no name can be a link. Filled on the parsed tree, so no text can break the structure, and checked by
/// Message::from, so the result can be sent.
class CardTemplates {
public:
    /// Reads all *.json of the folder. invalid_input "template" naming the file that is no template.
    [[nodiscard]] static Result<CardTemplates> load(std::string const& folder);

    [[nodiscard]] bool has(std::string_view kind) const { return templates_.contains(kind); }
    /// Throws std::logic_error for an unknown kind or data that leads to a payload that WeCom would refuse: a mistake
    /// in ours.
    [[nodiscard]] Message render(std::string_view kind, json::Value const& data) const;

private:
    std::map<std::string, json::Document, std::less<>> templates_;
};

}  // namespace wescrm::wecom
