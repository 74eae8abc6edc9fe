#pragma once
#include "turn.hpp"

#include <string>
#include <string_view>

// What comes in the chat beside sentences.
namespace wescrm::bot {

/// A picture, voice message or video: goes to the follow-up that is being written or was just written, else to the
/// customer that was last talked about, else the person is asked. `kind`: image, voice, video.
void take_media(Turn& turn, std::string_view kind, std::string_view media_id);
/// A place: a check-in at the customer that was last talked about, else the person is asked at which.
void take_place(Turn& turn, double latitude, double longitude, std::string_view address);

// The commands that such a question ends in.
void place_attachments(Turn& turn, Command command);
void check_in(Turn& turn, Command command);

/// Puts what came while a follow-up was being written to it. `ids`: separated by commas.
void put_to_followup(Turn& turn, std::string const& ids, Record const& target, std::string const& followup_id);

}  // namespace wescrm::bot
