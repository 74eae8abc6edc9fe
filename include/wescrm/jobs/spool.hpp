#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <wescrm/async/async.hpp>
#include <wescrm/base/encoding.hpp>
#include <wescrm/jobs/metrics.hpp>

namespace wescrm::jobs {

struct SpoolConfig {
    std::string folder;                         ///< var/spool; made if missing
    std::uint64_t segment_bytes = 16 * 1024 * 1024;
    std::uint64_t max_bytes = 1024ULL * 1024 * 1024;  ///< beyond: refused
    int min_free_percent = 5;                   ///< of the disk; below: refused
    std::size_t group_records = 64;             ///< appended before one fdatasync
    std::chrono::milliseconds wait{300};        ///< for a place in the queue and the write; longer is answered 503
};

/// A position behind a record: segment number and byte.
struct SpoolMark {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;
    friend auto operator<=>(SpoolMark const&, SpoolMark const&) = default;
};

struct SpoolBatch {
    std::vector<Bytes> records;
    SpoolMark next;  ///< to be given to drained() when the records are safe elsewhere
};

struct SpoolScan {
    std::uint64_t records = 0;
    std::uint64_t cut_bytes = 0;  ///< damaged or unfinished, cut off
};

/// A local journal, fsynced and append-only, that takes callbacks while the database is away. Records are bytes (already sealed by the
/// caller) framed with magic, version, length and CRC-32C. One thread writes; each append returns after the fdatasync that covers it.
class Spool {
public:
    /// Scans the folder: stops each segment at the first record that fails its check and cuts there. Throws std::system_error if the folder
    /// cannot be used.
    Spool(SpoolConfig config, Metrics& metrics);
    ~Spool();  ///< writes what waits, then ends the thread

    [[nodiscard]] SpoolScan const& found_at_start() const noexcept;
    [[nodiscard]] bool is_empty() const noexcept;
    [[nodiscard]] std::uint64_t records() const noexcept;

    /// A longer record is refused, and with it all that are appended together.
    static constexpr std::size_t longest_record = 1024 * 1024;
    /// In this order, under one fdatasync. unavailable "spool" if it is full, the disk fails or it takes too long (then they may have been
    /// written nevertheless).
    Async<void> append(std::vector<Bytes> records);

    /// Blocking, one reader: at most `count` records behind the drain mark. Run on a thread that may wait.
    [[nodiscard]] SpoolBatch read(std::size_t count);
    /// Blocking: everything before `mark` is no longer needed; whole segments are deleted.
    void drained(SpoolMark mark, std::size_t records);

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

[[nodiscard]] std::uint32_t crc32c(std::string_view data, std::uint32_t seed = 0) noexcept;

}  // namespace wescrm::jobs
