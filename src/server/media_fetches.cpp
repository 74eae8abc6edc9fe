#include "media_fetches.hpp"

#include <wescrm/base/log.hpp>

#include <boost/asio/post.hpp>

namespace wescrm::server {
namespace {

// What another try cannot change: the media_id is over its three days, or never was one.
bool is_final(wecom::Answer const& answer) { return answer.failure == wecom::ErrorClass::payload; }

operation::Context context_for(database::Session& sql, TenantId tenant, jobs::Companies const& companies, Instant now,
                               operation::Services const& services) {
    auto const company = companies.find(tenant);
    auto actor = operation::system_actor(tenant, operation::Channel::timer, company ? company->zone : Zone{});
    return operation::Context{sql, std::move(actor), now, services};
}

}  // namespace

void MediaFetches::launch(TenantId tenant, sales::AttachmentId id, std::string media_id) {
    asio::post(strand_, [this, wanted = Wanted{tenant, id, std::move(media_id)}]() mutable {
        if (is_stopping_ || waiting_.size() >= config_.waiting) return;
        waiting_.push_back(std::move(wanted));
        start_next();
    });
}

void MediaFetches::stop() {
    asio::post(strand_, [this] {
        is_stopping_ = true;
        waiting_.clear();
    });
}

void MediaFetches::start_next() {
    while (running_ < config_.fetches_at_once && !waiting_.empty()) {
        auto wanted = std::move(waiting_.front());
        waiting_.pop_front();
        ++running_;
        async::spawn(strand_, run(std::move(wanted)), "media_fetch");
    }
}

asio::awaitable<void> MediaFetches::run(Wanted wanted) {
    struct Ended {
        MediaFetches& all;
        ~Ended() {
            --all.running_;
            all.start_next();
        }
    };
    auto const ended = Ended{*this};
    auto account = parts_.companies.account(wanted.tenant, jobs::CallbackChannel::app);
    if (!account) co_return;
    auto media = co_await parts_.client.download(std::move(*account), wanted.media_id);
    if (media.is_ok()) {
        co_await finish(std::move(wanted), std::move(media.value));
        co_return;
    }
    log::warning("media_not_fetched", {{"tenant", wanted.tenant.value()},
                                       {"attachment", wanted.id.value()},
                                       {"errcode", media.answer.errcode},
                                       {"class", wecom::name_of(media.answer.failure)}});
    if (is_final(media.answer)) co_await give_up(std::move(wanted), "企业微信已经没有这个文件（只保留三天）");
}

asio::awaitable<void> MediaFetches::finish(Wanted wanted, wecom::ApiMedia media) {
    auto job = [this, &wanted, &media](database::Session& sql) -> Result<int> {
        auto ctx = context_for(sql, wanted.tenant, parts_.companies, parts_.clock.now(), parts_.services);
        sales::finish_fetch(ctx, wanted.id, media.content, media.file_name);
        return 0;
    };
    auto const done =
        co_await parts_.db.run(database::Pool::worker, database::Scope::of(wanted.tenant), std::move(job));
    if (!done) log::warning("media_not_stored", {{"attachment", wanted.id.value()}, {"reason", done.error().reason}});
}

asio::awaitable<void> MediaFetches::give_up(Wanted wanted, std::string why) {
    auto job = [this, &wanted, &why](database::Session& sql) -> Result<int> {
        auto ctx = context_for(sql, wanted.tenant, parts_.companies, parts_.clock.now(), parts_.services);
        sales::give_up_fetch(ctx, wanted.id, why);
        return 0;
    };
    co_await parts_.db.run(database::Pool::worker, database::Scope::of(wanted.tenant), std::move(job));
}

}  // namespace wescrm::server
