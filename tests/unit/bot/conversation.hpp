#pragma once
#include "engine.hpp"

#include <wescrm/wecom/card_template.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace wescrm::bot {

inline json::Document json_of(std::string const& text) { return json::parse(text).value(); }

inline wecom::CardTemplates const& templates() {
    static auto const loaded = wecom::CardTemplates::load(WESCRM_SOURCE_DIR "/templates/cards").value();
    return loaded;
}

/// What the person sees: the text of a message, or title, facts and buttons of a card.
inline std::string seen(std::string const& kind, Data const& data) {
    auto const message = templates().render(kind, data.value());
    auto const type = std::string{message.type()};
    auto const& body = *json::find(message.payload(), type);
    return type == "template_card" ? json::write(body) : json::find_string(body, "content").value();
}

/// A conversation of 李雷 on Wednesday 2026-11-25 16:30 with scripted operations and a scripted understanding. The
/// state goes through its JSON between the turns, as it does in the product.
class Conversation : public ::testing::Test {
protected:
    struct Call {
        std::string operation;
        std::string input;
    };

    /// What a sentence means.
    void means(std::string const& sentence, std::string const& intent, std::string const& slots = "{}") {
        meanings[sentence] = {intent, slots};
    }
    /// What an operation answers from now on.
    void answers(std::string const& operation, std::string const& output) {
        operations[operation] = [output](json::Value const&) -> Result<json::Document> { return json_of(output); };
    }
    void refuses(std::string const& operation, Error error) {
        operations[operation] = [error](json::Value const&) -> Result<json::Document> { return error; };
    }

    std::string says(std::string const& sentence) {
        return turn([&](Turn& t) { hear(t, sentence); });
    }
    std::string presses(std::string const& key) {
        return turn([&](Turn& t) { press_button(t, key); });
    }
    std::string chooses(std::string const& key) {
        return turn([&](Turn& t) { press_menu(t, key); });
    }
    std::string opens() {
        return turn([](Turn& t) { enter(t); });
    }

    template <class Act>
    std::string turn(Act act) {
        auto const crm = Crm{[this](std::string_view name, json::Value const& input) -> Result<json::Document> {
            calls.push_back({std::string{name}, json::write(input)});
            auto const found = operations.find(std::string{name});
            if (found == operations.end()) return Error{Errc::not_found, "operation", "没有这个操作"};
            return found->second(input);
        }};
        auto const understand = Understand{[this](std::string_view text, Instant, Zone const&) {
            auto const found = meanings.find(std::string{text});
            if (found == meanings.end()) return Understood{};
            return Understood{found->second.first, 1.0, json_of(found->second.second)};
        }};
        auto dialogue = read_dialogue(state);
        auto taken = Turn{crm, understand, config, person, zone, now, now, dialogue};
        act(taken);
        state = write_dialogue(dialogue);
        card = std::move(taken.card);
        auto all = std::string{};
        for (auto const& reply : taken.replies) all += (all.empty() ? "" : "\n---\n") + seen(reply.kind, reply.data);
        return all;
    }
    [[nodiscard]] std::string last_input(std::string const& operation) const {
        for (auto call = calls.rbegin(); call != calls.rend(); ++call)
            if (call->operation == operation) return call->input;
        return "not called";
    }
    [[nodiscard]] bool was_called(std::string const& operation) const { return last_input(operation) != "not called"; }

    Config config;
    Person person{"李雷", "lilei"};
    Zone zone;
    Instant now = parse_rfc3339("2026-11-25T16:30:00+08:00").value();
    std::string state = "{}";
    std::optional<CardAnswer> card;
    std::vector<Call> calls;
    std::map<std::string, std::pair<std::string, std::string>> meanings;
    std::map<std::string, std::function<Result<json::Document>(json::Value const&)>> operations;
};

}  // namespace wescrm::bot
