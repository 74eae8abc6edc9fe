#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/wecom/callback.hpp>
#include <wescrm/wecom/corp_tags.hpp>

#include <memory>
#include <string>
#include <vector>

// Groups of tags kept in step with WeCom's corp tags, as each group says: to WeCom, from WeCom, or both.
namespace wescrm::scrm {

/// Where corp tags are read and written. Errors: not_found "gone" of something that is not there; invalid_input of what
/// WeCom will not take however often it is tried; forbidden if an administrator must act; else unavailable.
class CorpTags {
public:
    virtual ~CorpTags() = default;
    virtual Async<std::vector<wecom::ApiTagGroup>> groups() = 0;
    virtual Async<wecom::ApiTagGroup> add(wecom::NewCorpTags tags) = 0;
    virtual Async<void> rename(std::string id, std::string name) = 0;
    virtual Async<void> order(std::string id, std::int64_t order) = 0;
    virtual Async<void> remove_tag(std::string id) = 0;
    virtual Async<void> remove_group(std::string id) = 0;
};

/// As the app of the company may.
class WecomCorpTags final : public CorpTags {
public:
    WecomCorpTags(wecom::Client& client, wecom::Account account) : client_{client}, account_{std::move(account)} {}
    Async<std::vector<wecom::ApiTagGroup>> groups() override;
    Async<wecom::ApiTagGroup> add(wecom::NewCorpTags tags) override;
    Async<void> rename(std::string id, std::string name) override;
    Async<void> order(std::string id, std::int64_t order) override;
    Async<void> remove_tag(std::string id) override;
    Async<void> remove_group(std::string id) override;

private:
    wecom::Client& client_;
    wecom::Account account_;
};

struct CorpTagConfig {
    std::size_t at_once = 100;  ///< tags of one call
    minutes abandoned{30};      ///< a run that long under way has died
    minutes again{10};          ///< after a run that WeCom did not answer
};

using Operations = std::shared_ptr<operation::Catalogue const>;

/// One run for a company: reads WeCom, compares, writes here through the operations that people use, then at WeCom,
/// each step with its record. What fails is kept as a problem of its tag and tried again in the next run.
class CorpTagSync {
public:
    CorpTagSync(database::Database& db, Clock const& clock, operation::Services const& services, Operations operations,
                CorpTagConfig config = {})
        : db_{db}, clock_{clock}, services_{services}, operations_{std::move(operations)}, config_{config} {}

    /// `is_preview`: what would be done is kept for people to look at. conflict "corp_tags_running".
    Async<void> run(TenantId tenant, CorpTags& there, bool is_preview);
    /// Why none could be made.
    Async<void> fail(TenantId tenant, std::string problem);

private:
    struct Work;
    Async<void> begin(Work const& work);
    Async<void> compare(Work& work);
    Async<void> write_there(Work& work, CorpTags& there);
    Async<void> add_there(Work& work, CorpTags& there, std::size_t from, std::size_t to);
    Async<void> change_there(Work& work, CorpTags& there, std::size_t at);
    Async<void> finish(Work const& work, std::string problem, bool is_again);
    template <class Job>
    Async<void> within(TenantId tenant, Job job);

    database::Database& db_;
    Clock const& clock_;
    operation::Services const& services_;
    Operations operations_;
    CorpTagConfig config_;
};

/// corp_tag.*
void add_operations(operation::Catalogue& catalogue);

/// Timer "corp_tags" of the company: a run as soon as possible, if any of its groups is to be kept in step.
void request_corp_tags(operation::Context& ctx);
/// Whether the timer's run can begin; else it is set again, as one is under way.
[[nodiscard]] bool may_begin_corp_tags(operation::Context& ctx, std::string const& timer,
                                       CorpTagConfig const& config = {});
/// change_external_tag: when it was changed there, and a run.
Result<void> note_corp_tag(operation::Context& ctx, wecom::Callback const& event);

}  // namespace wescrm::scrm
