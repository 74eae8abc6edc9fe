#pragma once
#include <wescrm/http/router.hpp>
#include <wescrm/operation/operations.hpp>
#include <wescrm/web/page.hpp>

namespace wescrm::web {

/// GET /files/{id} for who is signed in to the pages, and /api/v1/attachments/{id}/content with an API key: the content
/// of an attachment as a download, if the operation attachment.read gives it. Sets no cookies. Both outlive the router.
void add_attachment_files(http::Router& router, operation::Operations const& operations, Pages const& pages);

}  // namespace wescrm::web
