#pragma once
#include <wescrm/base/crypto.hpp>
#include <wescrm/database/migrations.hpp>
#include <wescrm/demo/demo.hpp>
#include <wescrm/operation/context.hpp>

#include <iostream>

// What the benchmarks begin with.
namespace wescrm::bench {

/// Writes the data of a message as its body.
struct PlainRenderer final : operation::MessageRenderer {
    Rendered render(std::string_view, json::Value const& data, UserId const&, std::int64_t, std::string_view,
                    operation::Priority) const override {
        return {json::write(data), "message/send"};
    }
    Rendered render_update(operation::CardUpdate const&, UserId const&, std::int64_t) const override {
        return {"{}", "message/update_template_card"};
    }
};

/// Brings the schema up to date; says on standard error why not.
inline bool migrate(std::string const& url) {
    auto const done = database::Migrations{url, WESCRM_SOURCE_DIR "/config/migrations"}.apply();
    if (!done) std::cerr << done.error().message << '\n';
    return done.has_value();
}

/// The demo company of that size, loaded unless it is there; says on standard error why not.
inline std::optional<demo::Loaded> demo_company(database::Database& db, demo::Size size, Clock const& clock) {
    auto const sealer = Sealer::with_key(Bytes(32, 'k')).value();
    auto const loaded =
        demo::load(db, sealer, WESCRM_SOURCE_DIR "/config/presets", size, clock, [](auto, auto, auto) {});
    if (loaded) return *loaded;
    std::cerr << loaded.error().message << '\n';
    return std::nullopt;
}

}  // namespace wescrm::bench
