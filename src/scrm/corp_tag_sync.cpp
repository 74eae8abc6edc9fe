#include "corp_tag_store.hpp"

#include <wescrm/operation/savepoint.hpp>
#include <wescrm/scrm/corp_tags.hpp>

#include <algorithm>

namespace wescrm::scrm {
namespace {

using database::bind;
using database::Pool;
using database::Scope;
using Kind = TagStep::Kind;

std::int64_t version_of(operation::Context& ctx, std::string const& table, std::int64_t id) {
    return ctx.sql()
        .value<std::int64_t>("select version from " + table + " where tenant_id = :tenant and id = :id",
                             {bind("tenant", ctx.tenant()), bind("id", id)})
        .value_or(0);
}

/// What WeCom says, written here as people would.
class Writing {
public:
    Writing(operation::Context& ctx, operation::Catalogue const& operations) : ctx_{ctx}, operations_{operations} {}

    // A step that is refused becomes a problem; the others go on.
    void take(TagStep const& step) {
        auto const done = perform(step);
        if (!done) note_problem(ctx_, step, problem_of(done.error()));
    }

private:
    static std::string problem_of(Error const& error) {
        return error.fields.empty() ? error.message : error.fields.front().message;
    }
    Result<json::Document> invoke(std::string_view name, json::Document const& input) {
        return operation::invoke_within(*operations_.find(name), ctx_, input);
    }
    static json::Document input_of(std::int64_t id) {
        auto input = json::Document{rapidjson::kObjectType};
        json::set(input, "id", std::to_string(id), input.GetAllocator());
        return input;
    }
    Result<void> rename(std::string_view operation, std::string const& table, std::int64_t id,
                        std::string const& name) {
        auto input = input_of(id);
        json::set(input, "version", json::Value{version_of(ctx_, table, id)}, input.GetAllocator());
        json::set(input, "name", name, input.GetAllocator());
        auto const done = invoke(operation, input);
        if (!done) return done.error();
        return {};
    }
    Result<void> make(TagStep const& step) {
        auto input = json::Document{rapidjson::kObjectType};
        json::set(input, "name", step.name, input.GetAllocator());
        json::set(input, "group_id", std::to_string(step.group), input.GetAllocator());
        auto const made = invoke("tag.create", input);
        if (!made) return made.error();
        link_tag(ctx_, step.group, std::stoll(json::find_string(*made, "id").value()), step.corp_id, step.name);
        return {};
    }
    Result<void> order(TagStep const& step) {
        auto input = input_of(step.group);
        auto ids = json::Value{rapidjson::kArrayType};
        for (auto const id : tags_in_order(ctx_, step.group, step.sequence))
            ids.PushBack(json::make_string(std::to_string(id), input.GetAllocator()), input.GetAllocator());
        json::set(input, "tag_ids", std::move(ids), input.GetAllocator());
        auto const done = invoke("tag_group.order_tags", input);
        if (!done) return done.error();
        keep_order(ctx_, step.group, step.sequence);
        return {};
    }
    Result<void> perform(TagStep const& step) {
        switch (step.kind) {
            case Kind::link_group:
                link_group(ctx_, step.group, step.corp_id, step.name);
                return {};
            case Kind::link_tag:
                link_tag(ctx_, step.group, step.tag, step.corp_id, step.name);
                return {};
            case Kind::make_here:
                return make(step);
            case Kind::rename_here: {
                auto const done = rename("tag.change", "tag", step.tag, step.name);
                if (done) link_tag(ctx_, step.group, step.tag, step.corp_id, step.name);
                return done;
            }
            case Kind::rename_group_here: {
                auto const done = rename("tag_group.change", "tag_group", step.group, step.name);
                if (done) link_group(ctx_, step.group, step.corp_id, step.name);
                return done;
            }
            case Kind::order_here:
                return order(step);
            case Kind::keep_order:
                keep_order(ctx_, step.group, step.sequence);
                return {};
            case Kind::remove_here:
                // What is needed here after all stays, as a tag that is used does.
                if (invoke("tag.delete", input_of(step.tag)))
                    forget_tag(ctx_, step.tag);
                else
                    cut_tag(ctx_, step.tag);
                return {};
            case Kind::cut_tag:
                cut_tag(ctx_, step.tag);
                return {};
            case Kind::cut_group:
                cut_group(ctx_, step.group, "对应的标签组在企业微信已删除，已停止同步");
                return {};
            case Kind::forget_tag:
                forget_tag(ctx_, step.tag);
                return {};
            case Kind::forget_group:
                forget_group(ctx_, step.group);
                return {};
            case Kind::refuse:
                note_problem(ctx_, step, step.note);
                return {};
            case Kind::make_there:
            case Kind::rename_there:
            case Kind::rename_group_there:
            case Kind::order_there:
            case Kind::remove_there:
            case Kind::remove_group_there:
                return {};
        }
        return {};
    }

    operation::Context& ctx_;
    operation::Catalogue const& operations_;
};

void count_done(operation::Context& ctx, std::size_t done) {
    ctx.sql().execute("update corp_tag_run set done = :done where tenant_id = :tenant",
                      {bind("tenant", ctx.tenant()), bind("done", done)});
}

// What WeCom took, as it is recorded here.
void record(operation::Context& ctx, TagStep const& step) {
    switch (step.kind) {
        case Kind::rename_there:
            return link_tag(ctx, step.group, step.tag, step.corp_id, step.name);
        case Kind::rename_group_there:
            return link_group(ctx, step.group, step.corp_id, step.name);
        case Kind::order_there:
            if (!step.sequence.empty()) keep_order(ctx, step.group, step.sequence);
            return;
        case Kind::remove_there:
            forget_tag(ctx, step.tag);
            return forget_empty_group(ctx, step.group);
        case Kind::remove_group_there:
            return forget_group(ctx, step.group);
        default:
            return;
    }
}

bool is_for_good(Error const& error) { return error.code == Errc::invalid_input || error.code == Errc::not_found; }

}  // namespace

struct CorpTagSync::Work {
    TenantId tenant;
    bool is_preview = false;
    TagWorld world{};
    std::vector<wecom::ApiTagGroup> there{};
    std::vector<TagStep> steps{};  ///< those at WeCom
};

template <class Job>
Async<void> CorpTagSync::within(TenantId tenant, Job job) {
    auto work = [this, tenant, &job](database::Session& sql) -> Result<int> {
        auto ctx =
            operation::Context{sql, operation::system_actor(tenant, operation::Channel::sync), clock_.now(), services_};
        Result<void> done = job(ctx);
        if (!done) return done.error();
        return 0;
    };
    auto const done = co_await db_.run(Pool::worker, Scope::of(tenant), std::move(work));
    if (!done) co_return done.error();
    co_return Result<void>{};
}

Async<void> CorpTagSync::run(TenantId tenant, CorpTags& there, bool is_preview) {
    auto work = Work{tenant, is_preview};
    if (auto begun = co_await begin(work); !begun) co_return begun.error();
    auto groups = co_await there.groups();
    if (!groups) co_return co_await finish(work, groups.error().message, groups.error().code == Errc::unavailable);
    work.there = std::move(*groups);
    auto written = co_await compare(work);
    if (written && !is_preview) written = co_await write_there(work, there);
    auto const problem = written ? std::string{} : written.error().message;
    auto const is_again = !written && written.error().code == Errc::unavailable;
    co_return co_await finish(work, problem, is_again);
}

Async<void> CorpTagSync::fail(TenantId tenant, std::string problem) {
    auto const work = Work{tenant};
    if (auto begun = co_await begin(work); !begun) co_return begun.error();
    co_return co_await finish(work, std::move(problem), false);
}

Async<void> CorpTagSync::begin(Work const& work) {
    auto job = [this, &work](operation::Context& ctx) -> Result<void> {
        auto const begun = ctx.sql().execute(
            "insert into corp_tag_run as r (tenant_id, state, is_preview, started_at) values (:tenant, 'running', "
            ":preview, :now) on conflict (tenant_id) do update set state = 'running', is_preview = :preview, "
            "started_at = :now, finished_at = null, done = 0, total = 0, problem = '', changes = '[]' where r.state <> "
            "'running' or r.started_at < :dead",
            {bind("tenant", work.tenant), bind("preview", work.is_preview), bind("now", ctx.now()),
             bind("dead", ctx.now() - config_.abandoned)});
        if (begun == 0) return Error{Errc::conflict, "corp_tags_running", "标签同步正在进行，请稍后再试"};
        return {};
    };
    co_return co_await within(work.tenant, std::move(job));
}

// Reads and writes in one transaction: nothing changes here between the two.
Async<void> CorpTagSync::compare(Work& work) {
    auto job = [this, &work](operation::Context& ctx) -> Result<void> {
        ctx.sql().execute("select set_config('app.corp_tags', 'quiet', true)");
        auto world = read_world(ctx);
        world.theirs = work.there;
        auto const steps = plan_tags(world);
        if (!work.is_preview) {
            ctx.sql().execute("delete from corp_tag_problem where tenant_id = :tenant", {bind("tenant", work.tenant)});
            ctx.sql().execute("delete from corp_tag_news where tenant_id = :tenant", {bind("tenant", work.tenant)});
            auto writing = Writing{ctx, *operations_};
            for (auto const& step : steps) writing.take(step);
            std::ranges::copy_if(steps, std::back_inserter(work.steps), &TagStep::is_there);
        }
        ctx.sql().execute(
            "update corp_tag_run set total = :total, changes = :changes::jsonb, there = :there::jsonb where tenant_id "
            "= :tenant",
            {bind("tenant", work.tenant), bind("total", work.steps.size()), bind("changes", changes_json(steps)),
             bind("there", there_json(work.there))});
        return {};
    };
    co_return co_await within(work.tenant, std::move(job));
}

Async<void> CorpTagSync::write_there(Work& work, CorpTags& there) {
    for (std::size_t at = 0; at < work.steps.size();) {
        auto to = at + 1;
        if (work.steps[at].kind == Kind::make_there) {
            while (to < work.steps.size() && to - at < config_.at_once && work.steps[to].kind == Kind::make_there &&
                   work.steps[to].group == work.steps[at].group)
                ++to;
            auto done = co_await add_there(work, there, at, to);
            if (!done) co_return done.error();
        } else {
            auto done = co_await change_there(work, there, at);
            if (!done) co_return done.error();
        }
        at = to;
    }
    co_return Result<void>{};
}

// One tag that WeCom refuses does not keep the others out: then each goes by itself.
Async<void> CorpTagSync::add_there(Work& work, CorpTags& there, std::size_t from, std::size_t to) {
    auto tags = wecom::NewCorpTags{work.steps[from].corp_group, work.steps[from].group_name, {}};
    for (auto at = from; at < to; ++at) tags.tags.push_back({work.steps[at].name, work.steps[at].order});
    auto added = co_await there.add(std::move(tags));
    if (!added && !is_for_good(added.error())) co_return added.error();
    if (!added && to - from > 1) {
        for (auto at = from; at < to; ++at) {
            auto done = co_await add_there(work, there, at, at + 1);
            if (!done) co_return done.error();
        }
        co_return Result<void>{};
    }
    if (added)
        for (auto& step : work.steps)
            if (step.group == work.steps[from].group && step.corp_group.empty()) step.corp_group = added->id;
    auto job = [&work, &added, from, to](operation::Context& ctx) -> Result<void> {
        if (added) link_group(ctx, work.steps[from].group, added->id, work.steps[from].group_name);
        for (auto at = from; at < to; ++at) {
            auto const& step = work.steps[at];
            if (!added) {
                note_problem(ctx, step, added.error().message);
                continue;
            }
            auto const made = std::ranges::find(added->tags, step.name, &wecom::ApiTag::name);
            if (made != added->tags.end()) link_tag(ctx, step.group, step.tag, made->id, step.name);
        }
        count_done(ctx, to);
        return {};
    };
    co_return co_await within(work.tenant, std::move(job));
}

Async<void> CorpTagSync::change_there(Work& work, CorpTags& there, std::size_t at) {
    auto const& step = work.steps[at];
    auto done = Result<void>{};
    if (step.kind == Kind::remove_there)
        done = co_await there.remove_tag(step.corp_id);
    else if (step.kind == Kind::remove_group_there)
        done = co_await there.remove_group(step.corp_id);
    else if (step.kind == Kind::order_there)
        done = co_await there.order(step.corp_id, step.order);
    else
        done = co_await there.rename(step.corp_id, step.name);
    if (!done && !is_for_good(done.error())) co_return done.error();
    // Then the order is not known to be the same, and the next run tries again.
    if (!done && step.kind == Kind::order_there)
        for (auto& other : work.steps)
            if (other.kind == Kind::order_there && other.group == step.group) other.sequence.clear();
    auto const is_removal = step.kind == Kind::remove_there || step.kind == Kind::remove_group_there;
    auto const is_done = done || (is_removal && done.error().code == Errc::not_found);
    auto job = [&step, &done, is_done, at](operation::Context& ctx) -> Result<void> {
        if (is_done)
            record(ctx, step);
        else
            note_problem(ctx, step, done.error().message);
        count_done(ctx, at + 1);
        return {};
    };
    co_return co_await within(work.tenant, std::move(job));
}

Async<void> CorpTagSync::finish(Work const& work, std::string problem, bool is_again) {
    auto job = [this, &work, &problem, is_again](operation::Context& ctx) -> Result<void> {
        ctx.sql().execute(
            "update corp_tag_run set state = :state, finished_at = :now, problem = :problem where tenant_id = :tenant",
            {bind("tenant", work.tenant), bind("state", problem.empty() ? "done" : "failed"), bind("now", ctx.now()),
             bind("problem", problem)});
        if (is_again && !work.is_preview) {
            auto again = operation::Timer{"corp_tags", "tenant", work.tenant.value(), ctx.now() + config_.again};
            again.grace = minutes{24 * 60};
            ctx.timers().schedule(again);
        }
        return {};
    };
    co_return co_await within(work.tenant, std::move(job));
}

}  // namespace wescrm::scrm
