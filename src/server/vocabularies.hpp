#pragma once
#include <wescrm/bot/understanding.hpp>
#include <wescrm/language/vocabulary.hpp>
#include <wescrm/operation/context.hpp>

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace wescrm::server {

/// The words of the companies that chat, each read once until it changes on whatever node: the version in the database
/// says so. The least recently used company is forgotten when there are too many. Safe from any thread.
class Vocabularies {
public:
    /// At most `companies` companies with at most `words` words each.
    Vocabularies(std::size_t companies, std::size_t words) : companies_{companies}, words_{words} {}

    [[nodiscard]] std::shared_ptr<language::Vocabulary const> of(database::Session& sql, TenantId tenant);
    /// Understands sentences with the words of the company of `ctx`, which are looked up at the first sentence.
    [[nodiscard]] bot::Understand reader(operation::Context& ctx);
    [[nodiscard]] std::size_t size() const;

private:
    struct Kept {
        std::int64_t version = 0;
        std::shared_ptr<language::Vocabulary const> words;
        std::list<std::int64_t>::iterator place;
    };
    [[nodiscard]] std::shared_ptr<language::Vocabulary const> find(std::int64_t tenant, std::int64_t version);
    void keep(std::int64_t tenant, std::int64_t version, std::shared_ptr<language::Vocabulary const> words);

    std::size_t companies_;
    std::size_t words_;
    mutable std::mutex mutex_;
    std::list<std::int64_t> recent_;  ///< last used first
    std::unordered_map<std::int64_t, Kept> kept_;
};

}  // namespace wescrm::server
