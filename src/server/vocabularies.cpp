#include "vocabularies.hpp"

#include <wescrm/language/understanding.hpp>
#include <wescrm/operation/company_words.hpp>
#include <wescrm/sales/field_labels.hpp>

#include <utility>

namespace wescrm::server {

std::shared_ptr<language::Vocabulary const> Vocabularies::of(database::Session& sql, TenantId tenant) {
    auto const version = operation::words_version(sql, tenant);
    if (auto known = find(tenant.value(), version)) return known;
    auto words = std::make_shared<language::Vocabulary>();
    for (auto const& [kind, word] : operation::words_of(sql, tenant, words_)) words->add(kind, word);
    for (auto const& own : sales::fields_by_label(sql, tenant))
        words->add_own(own.object, own.key, own.type, own.label);
    words->weeks_begin_on_sunday = operation::weeks_begin_on_sunday(sql, tenant);
    words->fiscal_year_start = operation::fiscal_year_start(sql, tenant);
    keep(tenant.value(), version, words);
    return words;
}

bot::Understand Vocabularies::reader(operation::Context& ctx) {
    auto known = std::shared_ptr<language::Vocabulary const>{};
    return [this, &ctx, known](std::string_view text, Instant sent_at, Zone const& zone) mutable {
        if (!known) known = of(ctx.sql(), ctx.tenant());
        auto meant = language::understand(text, sent_at, zone, *known);
        return bot::Understood{std::move(meant.intent), meant.confidence, std::move(meant.slots)};
    };
}

std::size_t Vocabularies::size() const {
    auto const lock = std::lock_guard{mutex_};
    return kept_.size();
}

std::shared_ptr<language::Vocabulary const> Vocabularies::find(std::int64_t tenant, std::int64_t version) {
    auto const lock = std::lock_guard{mutex_};
    auto const found = kept_.find(tenant);
    if (found == kept_.end() || found->second.version != version) return nullptr;
    recent_.splice(recent_.begin(), recent_, found->second.place);
    return found->second.words;
}

void Vocabularies::keep(std::int64_t tenant, std::int64_t version, std::shared_ptr<language::Vocabulary const> words) {
    auto const lock = std::lock_guard{mutex_};
    if (auto const found = kept_.find(tenant); found != kept_.end()) {
        recent_.erase(found->second.place);
        kept_.erase(found);
    }
    recent_.push_front(tenant);
    kept_.emplace(tenant, Kept{version, std::move(words), recent_.begin()});
    while (kept_.size() > companies_) {
        kept_.erase(recent_.back());
        recent_.pop_back();
    }
}

}  // namespace wescrm::server
