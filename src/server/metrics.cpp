#include "metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <unistd.h>

namespace wescrm::server {
namespace {

using Labels = prometheus::Labels;
using CounterFamily = prometheus::Family<prometheus::Counter>;
using HistogramFamily = prometheus::Family<prometheus::Histogram>;
using GaugeFamily = prometheus::Family<prometheus::Gauge>;

prometheus::Histogram::BucketBoundaries const buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                      0.1,    0.25,  0.5,    1,     2,    4.5,   10};

CounterFamily& counter(prometheus::Registry& registry, char const* name, char const* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
HistogramFamily& histogram(prometheus::Registry& registry, char const* name, char const* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

double resident_bytes() {
    auto stream = std::ifstream{"/proc/self/statm"};
    auto total = 0.0;
    auto resident = 0.0;
    stream >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double processor_seconds() {
    auto usage = rusage{};
    ::getrusage(RUSAGE_SELF, &usage);
    auto const seconds = [](timeval const& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double open_descriptors() {
    auto failure = std::error_code{};
    auto const all = std::filesystem::directory_iterator{"/proc/self/fd", failure};
    return failure ? 0.0 : static_cast<double>(std::distance(begin(all), end(all)));
}

}  // namespace

class Metrics::Impl {
public:
    prometheus::Registry registry;
    CounterFamily& callbacks = counter(registry, "wescrm_callbacks_total", "Callbacks by kind and result");
    prometheus::Histogram& callback_seconds =
        histogram(registry, "wescrm_callback_seconds", "From receipt of a callback to its answer").Add({}, buckets);
    CounterFamily& commands = counter(registry, "wescrm_commands_total", "Chat commands by intent and result");
    prometheus::Histogram& command_seconds =
        histogram(registry, "wescrm_command_seconds", "Running a chat command").Add({}, buckets);
    CounterFamily& wecom_requests = counter(registry, "wescrm_wecom_requests_total", "Calls of WeCom's API by errcode");
    prometheus::Histogram& wecom_seconds =
        histogram(registry, "wescrm_wecom_request_seconds", "Calls of WeCom's API").Add({}, buckets);
    HistogramFamily& database_wait = histogram(registry, "wescrm_db_wait_seconds", "Waiting for a database connection");

    GaugeFamily& gauge(std::string const& name, std::string const& help) {
        auto const lock = std::lock_guard{mutex_};
        auto const found = gauges_.find(name);
        if (found != gauges_.end()) return *found->second;
        auto& made = prometheus::BuildGauge().Name(name).Help(help).Register(registry);
        gauges_.emplace(name, &made);
        return made;
    }

private:
    std::mutex mutex_;
    std::map<std::string, GaugeFamily*> gauges_;
};

Metrics::Metrics() : impl_{std::make_unique<Impl>()} {}
Metrics::~Metrics() = default;

void Metrics::callback(std::string_view kind, std::string_view result, double seconds) {
    impl_->callbacks.Add({{"kind", std::string{kind}}, {"result", std::string{result}}}).Increment();
    impl_->callback_seconds.Observe(seconds);
}

void Metrics::command(std::string_view intent, std::string_view result, double seconds) {
    impl_->commands.Add({{"intent", std::string{intent}}, {"result", std::string{result}}}).Increment();
    impl_->command_seconds.Observe(seconds);
}

void Metrics::wecom_request(std::string_view api, int errcode, double seconds) {
    impl_->wecom_requests.Add({{"api", std::string{api}}, {"errcode", std::to_string(errcode)}}).Increment();
    impl_->wecom_seconds.Observe(seconds);
}

void Metrics::database_wait(std::string_view pool, double seconds) {
    impl_->database_wait.Add({{"pool", std::string{pool}}}, buckets).Observe(seconds);
}

void Metrics::set_gauge(std::string const& name, std::string const& help, double value, std::string const& label,
                        std::string const& label_value) {
    auto const labels = label.empty() ? Labels{} : Labels{{label, label_value}};
    impl_->gauge(name, help).Add(labels).Set(value);
}

std::string Metrics::expose() {
    set_gauge("process_resident_memory_bytes", "Resident memory", resident_bytes());
    set_gauge("process_cpu_seconds_total", "Processor time", processor_seconds());
    set_gauge("process_open_fds", "Open descriptors", open_descriptors());
    return prometheus::TextSerializer{}.Serialize(impl_->registry.Collect());
}

}  // namespace wescrm::server
