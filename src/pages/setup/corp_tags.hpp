#pragma once
#include <wescrm/web/page.hpp>

#include <string>

// What of the page of tags is about WeCom's corp tags.
namespace wescrm::pages {

/// How the company's groups and WeCom's are kept in step, as it is shown.
class CorpTagWords {
public:
    /// Empty words if the visitor may not see them.
    static CorpTagWords of(web::PageCall& call);
    void add_to(web::View& view, web::PageCall const& call, std::string const& group) const;
    void add_to_tag(json::Value& row, std::string const& group, std::string const& id, std::string const& name,
                    json::Allocator& allocator) const;

private:
    [[nodiscard]] json::Value const* mapping_of(std::string const& group) const;
    void add_run(web::View& view, web::PageCall const& call) const;
    json::Document shown_;
};

/// The setting of a group from its form, and runs: below /admin/tags.
Result<json::Document> set_corp_tags(web::PageCall& call);
Result<json::Document> start_corp_tags(web::PageCall& call);
Result<json::Document> relink_corp_tag(web::PageCall& call);

}  // namespace wescrm::pages
