#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

// Files, places and comments of follow-ups, and files of records.
namespace wescrm::pages::record {

/// Adds to the views of follow-ups (by their moment_followup) moment_files, moment_place and moment_comments.
void add_extras(web::PageCall& call, json::Value& moments, json::Allocator& allocator);

struct FileMoment {
    std::string at;  ///< RFC 3339
    json::Value view;
};
/// The latest files of a record that belong to no follow-up, as moments.
[[nodiscard]] std::vector<FileMoment> file_moments(web::PageCall& call, Kind const& kind, std::string const& id,
                                                   json::Allocator& allocator);
/// The tab 文件: files with links to them, and whether the visitor may upload.
Result<void> add_files(web::PageCall& call, Kind const& kind, web::View& view);
/// User ids of colleagues whom a follow-up or comment mentions, as the form sends them.
[[nodiscard]] std::vector<std::string> mentioned_in(web::PageCall const& call);
/// Comments on follow-ups of the kind's records, and deleting a file.
void add_extra_routes(web::Pages& pages, Kind const& kind);
/// Uploading to a record of any kind.
void add_uploads(web::Pages& pages);

}  // namespace wescrm::pages::record
