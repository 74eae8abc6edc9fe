#pragma once
#include "reminder_words.hpp"
#include "turn.hpp"

namespace wescrm::bot {

/// Changes the person's reminders as he said, and shows them.
void change_reminders(Turn& turn, ReminderWish const& wish);

}  // namespace wescrm::bot
