#include "../pages.hpp"
#include "actions.hpp"
#include "detail.hpp"
#include "extras.hpp"
#include "form.hpp"
#include "list.hpp"
#include "pick.hpp"
#include "print.hpp"

namespace wescrm::pages {

void add_records(web::Pages& pages) {
    for (auto const& kind : record::kinds()) {
        if (kind.parent_path.empty()) record::add_list(pages, kind);
        record::add_forms(pages, kind);
        record::add_actions(pages, kind);
        record::add_detail(pages, kind);
        if (kind.is_printable) record::add_print(pages, kind);
    }
    record::add_pickers(pages);
    record::add_uploads(pages);
}

}  // namespace wescrm::pages
