#pragma once
#include "xml.hpp"

#include <wescrm/wecom/callback.hpp>

#include <string_view>

namespace wescrm::wecom {

/// The typed content of a message by its MsgType; Unknown for a type that the pages do not know.
[[nodiscard]] Content message_content(std::string_view type, XmlElement const& in);
/// The typed content of an event by its name (Event, or InfoType of a suite).
[[nodiscard]] Content event_content(std::string_view event, XmlElement const& in);
/// What only a provider's suite is told.
[[nodiscard]] Content suite_content(std::string_view event, XmlElement const& in);

/// change_contact, by ChangeType.
[[nodiscard]] Content contact_change(XmlElement const& in);
[[nodiscard]] Content own_approval(XmlElement const& in);
[[nodiscard]] Content wecom_approval(XmlElement const& in);

/// A smart robot's message or event, which has lower-case names of its own.
[[nodiscard]] Callback robot_callback(XmlElement const& in);

/// `text` if it is a plain word; "unknown" if not, as it would make a mess of metrics and logs.
[[nodiscard]] std::string plain_word(std::string_view text);

}  // namespace wescrm::wecom
