#pragma once
#include <wescrm/database/database.hpp>
#include <wescrm/http/router.hpp>

// Files of companies that everybody may read: logos, and WeCom's proof of a domain at the root. They lie in the
// database, so that every node serves them.
namespace wescrm::web {

/// GET /logo/{company}/{digest} and GET /WW_verify_….txt. `db` outlives the router.
void add_public_files(http::Router& router, database::Database& db);

}  // namespace wescrm::web
