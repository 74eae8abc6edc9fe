#pragma once
#include <wescrm/base/time.hpp>
#include <wescrm/sales/limits.hpp>
#include <wescrm/tables/read.hpp>

namespace wescrm::exchange {

struct Config {
    tables::Limits limits;                  ///< of files that people upload
    std::size_t import_chunk = 1'000;       ///< rows of one transaction
    std::size_t import_single_chunk = 200;  ///< of records that are written one by one
    hours undo_for{24};                     ///< an import can be taken back
    hours imports_kept{24 * 30};            ///< with their rows
    std::size_t export_rows = 100'000;
    std::size_t export_chunk = 2'000;  ///< rows of one transaction
    hours exports_kept{72};            ///< files that wait for whoever asked for them
    minutes export_again{10};          ///< after its first download a file can be fetched once more, then it is gone
    std::size_t export_notice_rows = 10'000;  ///< administrators are told of larger exports; 0: of none
    sales::Limits records{};                  ///< of what imports write
};

}  // namespace wescrm::exchange
