-- When the applicant last reminded those who are asked.
alter table approval add column urged_at timestamptz;
