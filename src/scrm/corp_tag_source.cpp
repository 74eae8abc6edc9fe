#include <wescrm/scrm/corp_tags.hpp>

namespace wescrm::scrm {
namespace {

constexpr int unknown_tag = 40068;
constexpr int not_ours = 301002;

// https://developer.work.weixin.qq.com/document/path/90313
Error error_of(wecom::Answer const& answer) {
    auto const reason = "wecom_" + std::to_string(answer.errcode);
    if (answer.errcode == unknown_tag) return {Errc::not_found, "gone", wecom::explain(answer.errcode)};
    if (answer.errcode == not_ours)
        return {Errc::invalid_input, reason, "它不是本应用创建的，企业微信不让本应用修改，请在企业微信后台处理"};
    if (answer.failure == wecom::ErrorClass::payload)
        return {Errc::invalid_input, reason, wecom::explain(answer.errcode)};
    if (answer.failure == wecom::ErrorClass::configuration)
        return {Errc::forbidden, reason, wecom::explain(answer.errcode)};
    return {Errc::unavailable, reason,
            answer.errcode < -1 ? "企业微信没有应答，系统会稍后重试" : wecom::explain(answer.errcode)};
}

Result<void> done(wecom::Answer const& answer) {
    if (!answer.is_ok()) return error_of(answer);
    return {};
}

}  // namespace

Async<std::vector<wecom::ApiTagGroup>> WecomCorpTags::groups() {
    auto answer = co_await wecom::corp_tags(client_, account_);
    if (!answer.is_ok()) co_return error_of(answer.answer);
    co_return std::move(answer.value);
}

Async<wecom::ApiTagGroup> WecomCorpTags::add(wecom::NewCorpTags tags) {
    auto answer = co_await wecom::add_corp_tags(client_, account_, std::move(tags));
    if (!answer.is_ok()) co_return error_of(answer.answer);
    co_return std::move(answer.value);
}

Async<void> WecomCorpTags::rename(std::string id, std::string name) {
    co_return done(co_await wecom::rename_corp_tag(client_, account_, std::move(id), std::move(name)));
}

Async<void> WecomCorpTags::order(std::string id, std::int64_t order) {
    co_return done(co_await wecom::order_corp_tag(client_, account_, std::move(id), order));
}

Async<void> WecomCorpTags::remove_tag(std::string id) {
    co_return done(co_await wecom::delete_corp_tag(client_, account_, std::move(id)));
}

Async<void> WecomCorpTags::remove_group(std::string id) {
    co_return done(co_await wecom::delete_corp_tag_group(client_, account_, std::move(id)));
}

}  // namespace wescrm::scrm
