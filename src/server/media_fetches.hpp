#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/base/clock.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/jobs/companies.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/attachment.hpp>
#include <wescrm/wecom/client.hpp>

#include <boost/asio/strand.hpp>

#include <deque>

namespace wescrm::server {

struct MediaConfig {
    std::size_t fetches_at_once = 4;
    std::size_t waiting = 1'000;                  ///< beyond: tried again later
    std::size_t fetch_bytes = 20 * 1024 * 1024;   ///< of one file from WeCom
    std::size_t upload_bytes = 28 * 1024 * 1024;  ///< of one request with a file, by page or REST
};

/// Fetches what people sent in the chat from WeCom, some at a time. What is lost with the process is tried again by its
/// timer.
class MediaFetches {
public:
    struct Parts {
        database::Database& db;
        jobs::Companies const& companies;
        wecom::Client& client;
        Clock const& clock;
        operation::Services const& services;
    };
    MediaFetches(asio::any_io_executor executor, Parts parts, MediaConfig config)
        : strand_{asio::make_strand(std::move(executor))}, parts_{parts}, config_{config} {}

    /// From any thread.
    void launch(TenantId tenant, sales::AttachmentId id, std::string media_id);
    void stop();

private:
    struct Wanted {
        TenantId tenant;
        sales::AttachmentId id;
        std::string media_id;
    };
    void start_next();
    asio::awaitable<void> run(Wanted wanted);
    asio::awaitable<void> finish(Wanted wanted, wecom::ApiMedia media);
    asio::awaitable<void> give_up(Wanted wanted, std::string why);

    asio::strand<asio::any_io_executor> strand_;
    Parts parts_;
    MediaConfig config_;
    std::deque<Wanted> waiting_;
    std::size_t running_ = 0;
    bool is_stopping_ = false;
};

}  // namespace wescrm::server
